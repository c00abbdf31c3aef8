package dev.nuncio.webhooks;

import java.time.Instant;

/**
 * One event. What the dialect does not carry is {@code null}. JSON is given as {@code Map}, {@code List}, {@code String},
 * {@code BigDecimal}, {@code Boolean} and {@code null}; {@link #dataJson()} is for other JSON libraries.
 *
 * @param dialect the name of the dialect that it came in
 * @param id the event's id, the same in every delivery
 * @param type its type, such as {@code order.paid}
 * @param time when it occurred; the same on every attempt
 * @param tenant the id of the tenant that it belongs to
 * @param data the publisher's data; a map of texts where the body is a form
 * @param deliveryId stable over all attempts of one delivery, where a header carries it
 * @param payload the whole body
 * @param key which of the secrets had signed, counted from 0
 * @param version the version of the signature that fitted
 * @param timestamp when this attempt was signed
 */
public record Event(
        String dialect,
        String id,
        String type,
        Instant time,
        String tenant,
        Object data,
        String deliveryId,
        Object payload,
        int key,
        String version,
        Instant timestamp) {
    /**
     * The publisher's data as JSON text, every number with its digits.
     *
     * @return to be read with the JSON library of your project
     */
    public String dataJson() {
        return Json.write(data);
    }

    /** What tells deliveries apart: the delivery's id, else the event's; {@code null} where the dialect carries neither. */
    String deduplicationKey() {
        if (deliveryId != null) {
            return dialect + ":delivery:" + deliveryId;
        }
        return id == null ? null : dialect + ":event:" + id;
    }
}
