package dev.nuncio.webhooks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers within this process; the oldest goes first when the capacity is reached. */
public final class MemoryStore implements DeliveryStore {
    /** How many deliveries are remembered unless said otherwise: about 20 MB at most. */
    public static final int CAPACITY = 100_000;

    private final int capacity;
    private final Clock clock;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(Claim claim, Instant ends) {}

    /** A store of {@link #CAPACITY}, by the system's clock. */
    public MemoryStore() {
        this(CAPACITY, Clock.systemUTC());
    }

    /**
     * A store of any size.
     *
     * @param capacity how many deliveries it remembers at most
     * @param clock what it reads the time from
     */
    public MemoryStore(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
    }

    @Override
    public synchronized Claim claim(String key, Duration lease) {
        Entry entry = entries.get(key);
        if (entry != null && clock.instant().isBefore(entry.ends)) {
            return entry.claim;
        }
        put(key, Claim.RUNNING, lease);
        return Claim.FIRST;
    }

    @Override
    public synchronized void complete(String key, Duration window) {
        put(key, Claim.DONE, window);
    }

    @Override
    public synchronized void release(String key) {
        entries.remove(key);
    }

    /**
     * How many deliveries are remembered.
     *
     * @return at most the capacity
     */
    public synchronized int size() {
        return entries.size();
    }

    private void put(String key, Claim claim, Duration lasts) {
        // Removed first, so that it goes to the end.
        entries.remove(key);
        entries.put(key, new Entry(claim, clock.instant().plus(lasts)));
        Iterator<String> oldest = entries.keySet().iterator();
        while (entries.size() > capacity) {
            oldest.next();
            oldest.remove();
        }
    }
}
