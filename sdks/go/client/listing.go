package client

import (
	"context"
	"net/url"
)

// Page is a part of a list.
type Page[T any] struct {
	// The items. With a filter that few match, a page may be short, or empty, before the end.
	Data []T `json:"data"`
	// What leads to the next page; nil at the end.
	NextCursor *string `json:"next_cursor"`
}

// Listing is a list that is asked for page by page, as far as it is read. For one goroutine.
//
//	deliveries := nuncio.Deliveries.List(client.ListDeliveriesQuery{})
//	for deliveries.Next(ctx) {
//		fmt.Println(deliveries.Item().ID)
//	}
//	if err := deliveries.Err(); err != nil {
//		return err
//	}
type Listing[T any] struct {
	page   func(ctx context.Context, cursor *string) (*Page[T], error)
	cursor *string
	ended  bool
	left   []T
	item   T
	err    error
}

func list[T any](t *transport, c call, options []CallOption) *Listing[T] {
	page := func(ctx context.Context, cursor *string) (*Page[T], error) {
		at := c
		if cursor != nil {
			at.query = url.Values{"cursor": {*cursor}}
			for name, values := range c.query {
				if name != "cursor" {
					at.query[name] = values
				}
			}
		}
		return send[Page[T]](ctx, t, at, options)
	}
	return &Listing[T]{page: page}
}

// Next goes to the next item, the first one at first. It is false at the end and after an error.
func (l *Listing[T]) Next(ctx context.Context) bool {
	for len(l.left) == 0 {
		page, err := l.NextPage(ctx)
		if page == nil || err != nil {
			return false
		}
		l.left = page.Data
	}
	l.item, l.left = l.left[0], l.left[1:]
	return true
}

// Item is the one that Next went to.
func (l *Listing[T]) Item() T { return l.item }

// Err is why Next was false; nil at the end.
func (l *Listing[T]) Err() error { return l.err }

// NextPage is the next page, the first one at first; nil at the end.
func (l *Listing[T]) NextPage(ctx context.Context) (*Page[T], error) {
	if l.ended || l.err != nil {
		return nil, l.err
	}
	page, err := l.page(ctx, l.cursor)
	if err != nil {
		l.err = err
		return nil, err
	}
	l.cursor, l.ended = page.NextCursor, page.NextCursor == nil
	return page, nil
}
