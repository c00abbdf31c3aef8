package webhooks

import (
	"container/list"
	"context"
	"sync"
	"time"
)

const (
	// Window is how long a delivery that was handled is remembered.
	Window = 24 * time.Hour
	// Lease is how long a handler may take before a retry counts as the first attempt, so that a process which dies
	// while it handles a delivery does not lose it.
	Lease = 5 * time.Minute
	// Capacity is how many deliveries the store in memory remembers: about 20 MB at most.
	Capacity = 100_000
)

// Claim is what a store answers for a delivery.
type Claim int

const (
	// First: it was not seen before, or was released. Handle it.
	First Claim = iota
	// Running: another handler has it.
	Running
	// Done: it was handled within the window.
	Done
)

// Store remembers deliveries; several processes share one by sharing a database.
type Store interface {
	// Claim asks and takes in one atomic step: of several callers at once, one gets First.
	Claim(ctx context.Context, key string, lease time.Duration) (Claim, error)
	// Complete remembers the delivery as done for that long.
	Complete(ctx context.Context, key string, window time.Duration) error
	// Release forgets it.
	Release(ctx context.Context, key string) error
}

// Deduplicator recognises retries of what was handled. A delivery is running from the first time it is seen until its
// handler ends; then it is done or, where the handler failed, released, so that the sender's retry is handled.
type Deduplicator struct {
	store  Store
	window time.Duration
	lease  time.Duration
}

// NewDeduplicator asks that store; nil is one in memory.
func NewDeduplicator(store Store) *Deduplicator {
	if store == nil {
		store = NewMemoryStore(Capacity, time.Now)
	}
	return &Deduplicator{store: store, window: Window, lease: Lease}
}

// Remember changes the window and the lease.
func (d *Deduplicator) Remember(window, lease time.Duration) *Deduplicator {
	return &Deduplicator{store: d.store, window: window, lease: lease}
}

// Claim tells whether to handle the event. First must be followed by Complete or Release.
func (d *Deduplicator) Claim(ctx context.Context, event *Event) (Claim, error) {
	key, ok := event.deduplicationKey()
	if !ok {
		return First, nil
	}
	return d.store.Claim(ctx, key, d.lease)
}

// Complete says that the event's handler has succeeded.
func (d *Deduplicator) Complete(ctx context.Context, event *Event) error {
	key, ok := event.deduplicationKey()
	if !ok {
		return nil
	}
	return d.store.Complete(ctx, key, d.window)
}

// Release says that the event's handler has failed: the next attempt is to be handled.
func (d *Deduplicator) Release(ctx context.Context, event *Event) error {
	key, ok := event.deduplicationKey()
	if !ok {
		return nil
	}
	return d.store.Release(ctx, key)
}

// FirstTime tells whether the event is new, for receivers that handle it in one transaction: it is done at once.
func (d *Deduplicator) FirstTime(ctx context.Context, event *Event) (bool, error) {
	claim, err := d.Claim(ctx, event)
	if err != nil || claim != First {
		return false, err
	}
	return true, d.Complete(ctx, event)
}

// deduplicationKey is the delivery's id, else the event's. Where the dialect carries neither, every event is handled:
// two that look alike may be two.
func (e *Event) deduplicationKey() (string, bool) {
	switch {
	case e.DeliveryID != "":
		return e.Dialect + ":delivery:" + e.DeliveryID, true
	case e.ID != "":
		return e.Dialect + ":event:" + e.ID, true
	default:
		return "", false
	}
}

// MemoryStore remembers within this process; the oldest goes first when the capacity is reached.
type MemoryStore struct {
	capacity int
	now      func() time.Time

	mutex   sync.Mutex
	order   *list.List
	entries map[string]*list.Element
}

type memoryEntry struct {
	key   string
	claim Claim
	ends  time.Time
}

// NewMemoryStore remembers that many deliveries at most, by that clock.
func NewMemoryStore(capacity int, now func() time.Time) *MemoryStore {
	return &MemoryStore{capacity: capacity, now: now, order: list.New(), entries: map[string]*list.Element{}}
}

// Claim implements Store.
func (s *MemoryStore) Claim(_ context.Context, key string, lease time.Duration) (Claim, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if element, found := s.entries[key]; found {
		if entry := element.Value.(memoryEntry); s.now().Before(entry.ends) {
			return entry.claim, nil
		}
	}
	s.put(key, Running, lease)
	return First, nil
}

// Complete implements Store.
func (s *MemoryStore) Complete(_ context.Context, key string, window time.Duration) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.put(key, Done, window)
	return nil
}

// Release implements Store.
func (s *MemoryStore) Release(_ context.Context, key string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if element, found := s.entries[key]; found {
		s.remove(element)
	}
	return nil
}

// Len returns how many deliveries are remembered.
func (s *MemoryStore) Len() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.order.Len()
}

func (s *MemoryStore) put(key string, claim Claim, lasts time.Duration) {
	if element, found := s.entries[key]; found {
		s.remove(element)
	}
	s.entries[key] = s.order.PushBack(memoryEntry{key, claim, s.now().Add(lasts)})
	for s.order.Len() > s.capacity {
		s.remove(s.order.Front())
	}
}

func (s *MemoryStore) remove(element *list.Element) {
	s.order.Remove(element)
	delete(s.entries, element.Value.(memoryEntry).key)
}
