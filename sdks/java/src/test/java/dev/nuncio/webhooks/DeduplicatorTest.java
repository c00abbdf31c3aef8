package dev.nuncio.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeduplicatorTest {
    private static Event event(String dialect, String id, String deliveryId) {
        return new Event(dialect, id, null, null, null, null, deliveryId, null, 0, null, null);
    }

    private static final Event DELIVERY = event("ventryx", "evt_1", "del_1");

    /** A clock that only tests move. */
    private static final class FakeClock extends Clock {
        Instant now = Sender.NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void oneOfManyAtOnceIsTheFirst() throws Exception {
        Deduplicator deduplicator = new Deduplicator();
        AtomicInteger firsts = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int caller = 0; caller < 50; caller++) {
            threads.execute(() -> firsts.addAndGet(deduplicator.isFirstTime(DELIVERY) ? 1 : 0));
        }
        threads.shutdown();
        assertEquals(true, threads.awaitTermination(60, TimeUnit.SECONDS));
        assertEquals(1, firsts.get());
    }

    @Test
    void deliveriesAreRememberedForTheWindow() {
        FakeClock clock = new FakeClock();
        Deduplicator deduplicator =
                new Deduplicator(new MemoryStore(10, clock), Duration.ofHours(1), Duration.ofMinutes(1));
        assertEquals(Claim.FIRST, deduplicator.claim(DELIVERY));
        assertEquals(Claim.RUNNING, deduplicator.claim(DELIVERY));
        deduplicator.complete(DELIVERY);
        clock.now = clock.now.plus(Duration.ofHours(1)).minusNanos(1);
        assertEquals(Claim.DONE, deduplicator.claim(DELIVERY));
        clock.now = clock.now.plusNanos(1);
        assertEquals(Claim.FIRST, deduplicator.claim(DELIVERY));
        clock.now = clock.now.plus(Duration.ofMinutes(1));
        assertEquals(Claim.FIRST, deduplicator.claim(DELIVERY));
        deduplicator.release(DELIVERY);
        assertEquals(Claim.FIRST, deduplicator.claim(DELIVERY));
    }

    @Test
    void theOldestGoesFirst() {
        MemoryStore store = new MemoryStore(2, Clock.systemUTC());
        Deduplicator deduplicator = new Deduplicator(store);
        for (String id : new String[] {"del_1", "del_2", "del_3"}) {
            assertEquals(Claim.FIRST, deduplicator.claim(event("ventryx", null, id)));
        }
        assertEquals(Claim.RUNNING, deduplicator.claim(event("ventryx", null, "del_3")));
        assertEquals(Claim.FIRST, deduplicator.claim(event("ventryx", null, "del_1")));
        assertEquals(2, store.size());
    }

    @Test
    void withoutADeliveryTheEventTellsRetriesApart() {
        Deduplicator deduplicator = new Deduplicator();
        assertEquals(Claim.FIRST, deduplicator.claim(event("yativo", "evt_1", null)));
        assertEquals(Claim.RUNNING, deduplicator.claim(event("yativo", "evt_1", null)));
        assertEquals(Claim.FIRST, deduplicator.claim(event("stripe", "evt_1", null)));
        assertEquals(Claim.FIRST, deduplicator.claim(event("grantiva", null, null)));
        assertEquals(Claim.FIRST, deduplicator.claim(event("grantiva", null, null)));
    }
}
