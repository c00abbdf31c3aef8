package dev.nuncio.webhooks;

import java.time.Instant;

/**
 * What a genuine request says about itself.
 *
 * @param key which of the secrets had signed, counted from 0
 * @param version the version of the signature that fitted; {@code null} where the dialect has none
 * @param timestamp the signed time of the attempt; {@code null} where the dialect signs none
 */
public record Verified(int key, String version, Instant timestamp) {}
