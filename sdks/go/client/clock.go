package client

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"time"
)

// Clock is time and chance: another one makes tests exact.
type Clock interface {
	// Now is the time.
	Now() time.Time
	// Sleep waits; it returns the context's error when that ends before.
	Sleep(ctx context.Context, duration time.Duration) error
	// Chance is a number from 0 to 1, 1 excluded.
	Chance() float64
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Chance does not use math/rand, which starts with the same number in every process before Go 1.20: clients would come
// back together.
func (systemClock) Chance() float64 {
	var bits [8]byte
	if _, err := rand.Read(bits[:]); err != nil {
		return 0
	}
	return float64(binary.BigEndian.Uint64(bits[:])>>11) / (1 << 53)
}
