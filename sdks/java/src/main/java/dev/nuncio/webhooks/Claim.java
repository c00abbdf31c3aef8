package dev.nuncio.webhooks;

/** What a store answers for a delivery. */
public enum Claim {
    /** It was not seen before, or was released: handle it. */
    FIRST,
    /** Another handler has it. */
    RUNNING,
    /** It was handled within the window. */
    DONE
}
