package dev.nuncio.webhooks;

import java.time.Duration;

/**
 * Recognises retries of what was handled. A delivery is running from the first time it is seen until its handler ends;
 * then it is done or, where the handler failed, released, so that the sender's retry is handled.
 */
public final class Deduplicator {
    /** How long a handled delivery is remembered unless said otherwise. */
    public static final Duration WINDOW = Duration.ofHours(24);
    /** How long a handler may take before a retry counts as the first attempt: its process may have died. */
    public static final Duration LEASE = Duration.ofMinutes(5);

    private final DeliveryStore store;
    private final Duration window;
    private final Duration lease;

    /** Remembers in memory, for {@link #WINDOW}. */
    public Deduplicator() {
        this(new MemoryStore());
    }

    /**
     * Remembers for {@link #WINDOW}.
     *
     * @param store where
     */
    public Deduplicator(DeliveryStore store) {
        this(store, WINDOW, LEASE);
    }

    /**
     * Remembers as long as you say.
     *
     * @param store where
     * @param window how long a handled delivery is remembered
     * @param lease how long a handler may take
     */
    public Deduplicator(DeliveryStore store, Duration window, Duration lease) {
        this.store = store;
        this.window = window;
        this.lease = lease;
    }

    /**
     * Whether to handle the event. {@link Claim#FIRST} must be followed by {@link #complete} or {@link #release}. Events of
     * a dialect that carries no id are handled every time: two that look alike may be two.
     *
     * @param event that was verified
     * @return the answer
     */
    public Claim claim(Event event) {
        String key = event.deduplicationKey();
        return key == null ? Claim.FIRST : store.claim(key, lease);
    }

    /**
     * The event's handler has succeeded.
     *
     * @param event that was claimed
     */
    public void complete(Event event) {
        String key = event.deduplicationKey();
        if (key != null) {
            store.complete(key, window);
        }
    }

    /**
     * The event's handler has failed: the next attempt is to be handled.
     *
     * @param event that was claimed
     */
    public void release(Event event) {
        String key = event.deduplicationKey();
        if (key != null) {
            store.release(key);
        }
    }

    /**
     * Whether the event is new, for receivers that handle it in one transaction: it is done at once.
     *
     * @param event that was verified
     * @return true for one of several callers
     */
    public boolean isFirstTime(Event event) {
        boolean isFirst = claim(event) == Claim.FIRST;
        if (isFirst) {
            complete(event);
        }
        return isFirst;
    }
}
