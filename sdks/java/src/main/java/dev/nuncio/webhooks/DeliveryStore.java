package dev.nuncio.webhooks;

import java.time.Duration;

/** Where deliveries are remembered; several processes share one by sharing a database. */
public interface DeliveryStore {
    /**
     * Asks and takes in one atomic step: of several callers at once, one gets {@link Claim#FIRST}.
     *
     * @param key what tells deliveries apart
     * @param lease how long the claim holds if neither {@link #complete} nor {@link #release} follows
     * @return whether to handle it
     */
    Claim claim(String key, Duration lease);

    /**
     * Remembers the delivery as done.
     *
     * @param key what tells deliveries apart
     * @param window for how long
     */
    void complete(String key, Duration window);

    /**
     * Forgets the delivery.
     *
     * @param key what tells deliveries apart
     */
    void release(String key);
}
