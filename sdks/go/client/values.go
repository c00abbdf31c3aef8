package client

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// Change of a field: Set or Clear; a field without one stays as it is.
//
// It is a map of at most one entry, since that is what encoding/json can leave out.
type Change[T any] map[bool]T

// Set gives the field a value.
func Set[T any](value T) Change[T] { return Change[T]{true: value} }

// Clear takes the field's value away.
func Clear[T any]() Change[T] {
	var nothing T
	return Change[T]{false: nothing}
}

// MarshalJSON writes the value, or null.
func (c Change[T]) MarshalJSON() ([]byte, error) {
	if value, set := c[true]; set {
		return json.Marshal(value)
	}
	return []byte("null"), nil
}

// Ptr is the address of a value, for fields that may be left out.
func Ptr[T any](value T) *T { return &value }

func addText(values url.Values, name, text string) {
	if text != "" {
		values.Set(name, text)
	}
}

func addTime(values url.Values, name string, at time.Time) {
	if !at.IsZero() {
		values.Set(name, at.UTC().Format(time.RFC3339Nano))
	}
}

func addValue[T int | int64 | float64 | bool](values url.Values, name string, value *T) {
	if value != nil {
		values.Set(name, fmt.Sprint(*value))
	}
}
