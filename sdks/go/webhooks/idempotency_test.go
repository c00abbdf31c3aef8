package webhooks

import (
	"context"
	"sync"
	"testing"
	"time"
)

type fakeClock struct {
	mutex sync.Mutex
	at    time.Time
}

func (c *fakeClock) now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.at
}

func (c *fakeClock) advance(by time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.at = c.at.Add(by)
}

func delivery(id string) *Event { return &Event{Dialect: "ventryx", DeliveryID: id} }

func checkClaim(t *testing.T, d *Deduplicator, event *Event, expected Claim) {
	t.Helper()
	claim, err := d.Claim(context.Background(), event)
	if err != nil || claim != expected {
		t.Errorf("claim %d, %v: expected %d", claim, err, expected)
	}
}

func TestOneOfManyAtOnceIsTheFirst(t *testing.T) {
	d := NewDeduplicator(nil)
	firsts := make(chan bool, 50)
	var group sync.WaitGroup
	for range make([]struct{}, cap(firsts)) {
		group.Add(1)
		go func() {
			defer group.Done()
			first, err := d.FirstTime(context.Background(), delivery("del_1"))
			firsts <- first && err == nil
		}()
	}
	group.Wait()
	close(firsts)
	count := 0
	for first := range firsts {
		if first {
			count++
		}
	}
	if count != 1 {
		t.Errorf("%d were the first", count)
	}
}

func TestDeliveriesAreRememberedForTheWindow(t *testing.T) {
	clock := &fakeClock{at: now}
	d := NewDeduplicator(NewMemoryStore(10, clock.now)).Remember(time.Hour, time.Minute)
	checkClaim(t, d, delivery("del_1"), First)
	checkClaim(t, d, delivery("del_1"), Running)
	if err := d.Complete(context.Background(), delivery("del_1")); err != nil {
		t.Fatal(err)
	}
	clock.advance(time.Hour - 1)
	checkClaim(t, d, delivery("del_1"), Done)
	clock.advance(1)
	checkClaim(t, d, delivery("del_1"), First)
	clock.advance(time.Minute)
	checkClaim(t, d, delivery("del_1"), First)
	if err := d.Release(context.Background(), delivery("del_1")); err != nil {
		t.Fatal(err)
	}
	checkClaim(t, d, delivery("del_1"), First)
}

func TestTheOldestGoesFirst(t *testing.T) {
	store := NewMemoryStore(2, time.Now)
	d := NewDeduplicator(store)
	for _, id := range []string{"del_1", "del_2", "del_3"} {
		checkClaim(t, d, delivery(id), First)
	}
	checkClaim(t, d, delivery("del_3"), Running)
	checkClaim(t, d, delivery("del_1"), First)
	if store.Len() != 2 {
		t.Errorf("%d are remembered", store.Len())
	}
}

func TestWithoutADeliveryTheEventTellsRetriesApart(t *testing.T) {
	d := NewDeduplicator(nil)
	checkClaim(t, d, &Event{Dialect: "yativo", ID: "evt_1"}, First)
	checkClaim(t, d, &Event{Dialect: "yativo", ID: "evt_1"}, Running)
	checkClaim(t, d, &Event{Dialect: "stripe", ID: "evt_1"}, First)
	checkClaim(t, d, &Event{Dialect: "grantiva"}, First)
	checkClaim(t, d, &Event{Dialect: "grantiva"}, First)
}
