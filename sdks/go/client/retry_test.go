package client

import (
	"testing"
	"time"
)

func TestWaitFollowsThePolicy(t *testing.T) {
	policy := DefaultRetry()
	policy.AttemptsMax = 20
	check := func(attempts int, retryAfter time.Duration, chance float64, want time.Duration, wantAgain bool) {
		t.Helper()
		if got, again := policy.wait(attempts, retryAfter, chance); got != want || again != wantAgain {
			t.Errorf("got %v %v, want %v %v", got, again, want, wantAgain)
		}
	}
	check(1, 0, 0, 250*time.Millisecond, true)
	check(1, 0, 1, 125*time.Millisecond, true)
	check(3, 0, 0, time.Second, true)
	check(10, 0, 0, 8*time.Second, true)
	check(1, 30*time.Second, 0, 30*time.Second, true)
	check(1, 31*time.Second, 0, 0, false)
	check(20, 0, 0, 0, false)
}

func TestSystemsChanceIsAFraction(t *testing.T) {
	for n := 0; n < 100; n++ {
		if chance := (systemClock{}).Chance(); chance < 0 || chance >= 1 {
			t.Fatal(chance)
		}
	}
}
