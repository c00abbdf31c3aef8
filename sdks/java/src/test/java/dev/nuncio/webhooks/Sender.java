package dev.nuncio.webhooks;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Requests as some dialects send them, spelled out by hand: this shares nothing with the code under test. */
final class Sender {
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static final String OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    static final long NOW_MS = 1_777_206_896_123L;
    static final Instant NOW = Instant.ofEpochMilli(NOW_MS);

    private Sender() {}

    static Webhook webhook(String dialect, String... secrets) {
        return Webhook.of(dialect, secrets).withClock(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static String mac(String key, String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            StringBuilder hex = new StringBuilder();
            for (byte one : mac.doFinal(content.getBytes(StandardCharsets.UTF_8))) {
                hex.append(String.format("%02x", one));
            }
            return hex.toString();
        } catch (java.security.GeneralSecurityException error) {
            throw new AssertionError(error);
        }
    }

    static Map<String, String> headers(String dialect, String key, String body) {
        return switch (dialect) {
            case "inviolet" -> Map.of(
                    "inviolet-event", "approval.granted",
                    "inviolet-delivery-id", "0191d2a4-0000-7000-8000-000000000001",
                    "inviolet-timestamp", Long.toString(NOW_MS),
                    "inviolet-signature", "sha256=" + mac(key, NOW_MS + "." + body));
            case "ventryx" -> Map.of(
                    "Ventryx-Event", "workflow.completed",
                    "Ventryx-Delivery", "del_1",
                    "Ventryx-Signature", "sha256=" + mac(key, body));
            case "yativo" -> Map.of("X-Webhook-Signature", mac(key, body));
            case "grantiva" -> Map.of("X-Grantiva-Signature", "sha256=" + mac(key, body));
            case "github" -> Map.of(
                    "X-GitHub-Event", "push",
                    "X-GitHub-Delivery", "0191d2a4-0000-7000-8000-000000000002",
                    "X-Hub-Signature-256", "sha256=" + mac(key, body));
            case "stripe" -> Map.of("Stripe-Signature", "t=1777206896,v1=" + mac(key, "1777206896." + body));
            case "pagerduty" -> Map.of(
                    "X-Webhook-Id", "0191d2a4-0000-7000-8000-000000000003",
                    "X-PagerDuty-Signature", "v1=" + mac(key, body));
            case "slack" -> Map.of(
                    "X-Slack-Request-Timestamp", "1777206896",
                    "X-Slack-Signature", "v0=" + mac(key, "v0:1777206896:" + body));
            case "zoom" -> Map.of(
                    "x-zm-request-timestamp", "1777206896",
                    "x-zm-signature", "v0=" + mac(key, "v0:1777206896:" + body));
            case "cloudevents" -> Map.of("Authorization", "Bearer " + key);
            case "cloudevents-binary" -> Map.of(
                    "Authorization", "Bearer " + key,
                    "ce-id", "evt_1",
                    "ce-source", "/tenants/org_1",
                    "ce-type", "order.paid",
                    "ce-time", "2026-04-26T12:34:56.123Z");
            default -> throw new AssertionError("no hand-written signature for " + dialect);
        };
    }

    static Request request(String dialect, String key, String body) {
        return request(headers(dialect, key, body), body);
    }

    static Request request(Map<String, String> headers, String body) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        return Request.post(lists, body.getBytes(StandardCharsets.UTF_8));
    }
}
