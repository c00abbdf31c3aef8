package dev.nuncio.webhooks;

import static dev.nuncio.webhooks.Sender.NOW;
import static dev.nuncio.webhooks.Sender.OLD_SECRET;
import static dev.nuncio.webhooks.Sender.SECRET;
import static dev.nuncio.webhooks.Sender.webhook;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookTest {
    private static void checkEvent(
            String dialect, String body, String id, String type, String time, String tenant, String deliveryId)
            throws Exception {
        Event event = webhook(dialect, SECRET).verify(Sender.request(dialect, SECRET, body));
        String found = String.join(" ", event.id(), event.type(), String.valueOf(event.time()), event.tenant(),
                event.deliveryId(), event.dataJson(), event.dialect());
        assertEquals(String.join(" ", id, type, time, tenant, deliveryId, "{\"n\":1.50}", dialect), found);
    }

    @Test
    void eventsAreFoundWhereTheDialectPutsThem() throws Exception {
        String seconds = "2026-04-26T12:34:56Z";
        String ms = "2026-04-26T12:34:56.123Z";
        checkEvent("inviolet", "{\"event\":\"approval.granted\",\"organization_id\":\"org_1\",\"created_at\":\"" + seconds
                + "\",\"data\":{\"n\":1.50}}",
                null, "approval.granted", seconds, "org_1", "0191d2a4-0000-7000-8000-000000000001");
        checkEvent("ventryx", "{\"id\":\"evt_1\",\"type\":\"a.b\",\"created_at\":\"" + ms + "\",\"data\":{\"n\":1.50}}",
                "evt_1", "a.b", ms, null, "del_1");
        checkEvent("github", " {\"n\":1.50}", null, "push", "null", null, "0191d2a4-0000-7000-8000-000000000002");
        checkEvent("stripe", "{\"id\":\"evt_1\",\"created\":1777206896,\"data\":{\"n\":1.50},\"type\":\"a.b\"}",
                "evt_1", "a.b", seconds, null, null);
        checkEvent("pagerduty", "{\"event\":{\"id\":\"evt_1\",\"event_type\":\"a.b\",\"occurred_at\":\"" + ms
                + "\",\"data\":{\"n\":1.50}}}",
                "evt_1", "a.b", ms, null, "0191d2a4-0000-7000-8000-000000000003");
        checkEvent("cloudevents", "{\"id\":\"evt_1\",\"source\":\"/tenants/org_1\",\"type\":\"a.b\",\"time\":\"" + ms
                + "\",\"data\":{\"n\":1.50}}",
                "evt_1", "a.b", ms, "org_1", null);
        checkEvent("cloudevents-binary", "{\"n\":1.50}", "evt_1", "order.paid", ms, "org_1", null);
    }

    @Test
    void formsBecomeAMapOfTexts() throws Exception {
        Request form = new Request("POST", "https://mycompany.com/myapp.php?foo=1&bar=2",
                // HMAC-SHA1 of the URL and `CallSidCA1Froma bTo+18005551212`, made with openssl.
                Map.of("X-Twilio-Signature", List.of("A5GXytWqUrnGVCUNVR6sSWfwWl8="), "I-Twilio-Idempotency-Token", List.of("t1")),
                "To=%2B18005551212&CallSid=CA1&From=a+b".getBytes(StandardCharsets.UTF_8));
        Event event = webhook("twilio", "12345678").verify(form);
        assertEquals(Map.of("To", "+18005551212", "CallSid", "CA1", "From", "a b"), event.data());
        assertEquals("t1", event.deliveryId());
    }

    @Test
    void duringARotationEitherSecretFits() throws Exception {
        Webhook webhook = webhook("yativo", SECRET, OLD_SECRET);
        assertEquals(0, webhook.verify(Sender.request("yativo", SECRET, "{}")).key());
        assertEquals(1, webhook.verify(Sender.request("yativo", OLD_SECRET, "{}")).key());
    }

    private static void checkBody(String body, String message) {
        WebhookVerificationException refusal = assertThrows(WebhookVerificationException.class,
                () -> webhook("ventryx", SECRET).verify(Sender.request("ventryx", SECRET, body)));
        assertEquals("malformed_body 400 the body is malformed: " + message,
                refusal.code() + " " + refusal.status() + " " + refusal.getMessage());
    }

    @Test
    void genuineRequestsWithAnotherBodyAreMalformed() {
        checkBody("", "it is no JSON at character 0");
        checkBody("[]", "its envelope is no object");
        checkBody("{\"id\":1}", "its event_id is no text");
        checkBody("{\"created_at\":\"yesterday\"}", "its event_time_rfc3339_ms is no time");
    }

    private static void checkRefusal(String dialect, Map<String, String> changes, Reason reason, int status, String message) {
        Map<String, String> headers = new HashMap<>(Sender.headers(dialect, SECRET, "{}"));
        changes.forEach((name, value) -> {
            if (value == null) {
                headers.remove(name);
            } else {
                headers.put(name, value);
            }
        });
        WebhookVerificationException refusal = assertThrows(WebhookVerificationException.class,
                () -> webhook(dialect, SECRET).verify(Sender.request(headers, "{}")));
        assertEquals(reason + " " + status + " Invalid signature " + message,
                refusal.reason() + " " + refusal.status() + " " + refusal.text() + " " + refusal.getMessage());
    }

    private static Map<String, String> without(String name) {
        Map<String, String> changes = new HashMap<>();
        changes.put(name, null);
        return changes;
    }

    @Test
    void refusalsSayWhatIsWrongAndWhatToAnswer() {
        checkRefusal("yativo", without("X-Webhook-Signature"), Reason.MISSING_HEADER, 400,
                "the header `X-Webhook-Signature` is missing");
        checkRefusal("yativo", Map.of("x-webhook-signature", "0"), Reason.MALFORMED_HEADER, 400,
                "the header `X-Webhook-Signature` is malformed: it is there twice");
        checkRefusal("yativo", Map.of("X-Webhook-Signature", "0"), Reason.BAD_SIGNATURE, 401,
                "no signature in `X-Webhook-Signature` matches the request");
        checkRefusal("inviolet", without("inviolet-timestamp"), Reason.MISSING_HEADER, 401,
                "the header `inviolet-timestamp` is missing");
        checkRefusal("inviolet", Map.of("inviolet-timestamp", "1777206596122"), Reason.TOO_OLD, 401,
                "the request was signed 301 s ago, more than the 300 s that are allowed");
        checkRefusal("inviolet", Map.of("inviolet-timestamp", "1777207196124"), Reason.TOO_NEW, 401,
                "the request was signed 301 s in the future, more than the 300 s that are allowed");
        checkRefusal("stripe", Map.of("Stripe-Signature", "v1=00"), Reason.MALFORMED_HEADER, 400,
                "the header `Stripe-Signature` is malformed: it holds no time");
    }

    @Test
    void toleranceCanBeNarrowed() {
        Webhook webhook = Webhook.of("inviolet", SECRET)
                .withClock(Clock.fixed(NOW.plusSeconds(11), ZoneOffset.UTC))
                .withTolerance(Duration.ofSeconds(10));
        Request request = Sender.request("inviolet", SECRET, "{}");
        assertEquals(Reason.TOO_OLD,
                assertThrows(WebhookVerificationException.class, () -> webhook.verify(request)).reason());
    }

    private static void checkSetup(String message, org.junit.jupiter.api.function.Executable setup) {
        String found = assertThrows(ConfigurationException.class, setup).getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void whatCannotWorkIsRefusedWhereItIsSetUp() {
        checkSetup("the endpoint's secret is missing", () -> Webhook.of("standard"));
        checkSetup("the endpoint's secret is missing", () -> Webhook.of("standard", SECRET, ""));
        checkSetup("must hold base64", () -> Webhook.of("standard", "whsec_%%%%%"));
        // The last character holds bits that no byte needs; a line break was copied along.
        checkSetup("must hold base64", () -> Webhook.of("standard", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=="));
        checkSetup("blank", () -> Webhook.of("standard", "whsec_AAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAA"));
        checkSetup("no valid ed25519 key", () -> Webhook.of("standard", "whpk_AAAA"));
        // No point of the curve, then one of small order, under which anyone can make signatures.
        checkSetup("no valid ed25519 key",
                () -> Webhook.of("standard", "whpk_AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
        checkSetup("no valid ed25519 key",
                () -> Webhook.of("standard", "whpk_AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
        checkSetup("it must have 8 to 256", () -> Webhook.of("yativo", "short"));
        checkSetup("is a space", () -> Webhook.of("cloudevents", "two words"));
        checkSetup("give one of standard, ", () -> Webhook.of("acme", SECRET));
        checkSetup("signs no time", () -> Webhook.of("github", SECRET).withTolerance(Duration.ofMinutes(1)));
        checkSetup("give 0 or more", () -> Webhook.of("inviolet", SECRET).withTolerance(Duration.ofMinutes(-1)));
        checkSetup("signs the URL", () -> webhook("square", SECRET).verify(
                Sender.request(Map.of("x-square-hmacsha256-signature", "0"), "{}")));
        for (String broken : List.of("{}", "[", "[]", "{\"name\":\"a\"}", "{\"name\":\"a\",\"signature\":{}}",
                "{\"name\":\"a\",\"signature\":{\"grammar\":\"odd\"}}")) {
            assertThrows(ConfigurationException.class, () -> Dialect.parse(broken), broken);
        }
    }

    @Test
    void secretsAreNeverShown() {
        String secret = "topsecret-topsecret";
        assertEquals("Webhook(yativo, 1 secrets)", Webhook.of("yativo", secret).toString());
        assertFalse(Dialect.builtin("yativo").secret.verifyingKey(secret).toString().contains(secret));
    }

    @Test
    void ownDialectsAreDataToo() throws Exception {
        Dialect acme = Dialect.parse("""
                {"name": "acme", "secret": {"key": "utf8", "format": "hex", "bytes": 32},
                 "header": [{"name": "Acme-Time", "value": "timestamp_s"}],
                 "signature": {"header": "Acme-Signature", "grammar": "pairs", "separator": ";",
                   "content": ["method", {"text": " "}, "url", {"text": " "}, "timestamp_s", {"text": " "}, "body"],
                   "scheme": [{"version": "v9", "algorithm": "hmac-sha256", "output": "hex"}]},
                 "body": {"format": "json", "members": [{"name": "kind", "value": "event_type"},
                   {"name": "data", "value": "data"}]},
                 "receiver": {"tolerance_s": 60, "answers": {"missing": 422, "invalid": 403, "text": "No"}}}""");
        Webhook webhook = Webhook.of(acme, "12345678").withClock(Clock.fixed(NOW, ZoneOffset.UTC));
        String body = "{\"kind\":\"a.b\",\"data\":1}";
        String mac = Sender.mac("12345678", "PUT https://a.example/ 1777206896 " + body);
        Event event = webhook.verify(new Request("PUT", "https://a.example/",
                Map.of("Acme-Time", List.of("1777206896"), "Acme-Signature", List.of("v8=00; v9=" + mac)),
                body.getBytes(StandardCharsets.UTF_8)));
        assertEquals("a.b v9 1", event.type() + " " + event.version() + " " + event.dataJson());
        assertEquals(422, assertThrows(WebhookVerificationException.class,
                () -> webhook.verify(Sender.request(Map.of(), "{}"))).status());
    }

    private static Webhook accepting(String version) {
        return Webhook.of(Dialect.parse("""
                {"name": "acme", "secret": {"key": "utf8", "format": "hex", "bytes": 32},
                 "signature": {"header": "Acme-Signature", "grammar": "pairs", "content": "body",
                   "scheme": [{"version": "v1", "algorithm": "hmac-sha1", "output": "hex"},
                     {"version": "v2", "algorithm": "hmac-sha256", "output": "hex"}]},
                 "body": {"format": "json"}, "receiver": {"versions": ["%s"]}}""".formatted(version)), SECRET);
    }

    @Test
    void onlyAcceptedVersionsCount() throws Exception {
        Request request = Sender.request(Map.of("Acme-Signature", "v2=" + Sender.mac(SECRET, "{}")), "{}");
        assertEquals("v2", accepting("v2").verify(request).version());
        assertEquals(Reason.BAD_SIGNATURE,
                assertThrows(WebhookVerificationException.class, () -> accepting("v1").verify(request)).reason());
    }
}
