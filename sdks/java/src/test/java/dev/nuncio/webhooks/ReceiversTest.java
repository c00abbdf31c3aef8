package dev.nuncio.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the project's vectors for receivers say: times, header maps, URLs, members that a dialect doesn't name. */
@SuppressWarnings("unchecked")
class ReceiversTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("nuncio.root", "../.."), "conformance", "receivers");

    @TestFactory
    List<DynamicTest> requestsAreJudgedAndReadAsTheVectorsSay() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : List.of("requests.json", "header-maps.json")) {
            Map<String, Object> vectors = (Map<String, Object>) Json.parse(Files.readAllBytes(FOLDER.resolve(file)));
            Map<String, Dialect> own = new HashMap<>();
            for (Object data : (List<Object>) vectors.getOrDefault("dialects", List.of())) {
                Dialect dialect = Dialect.parse(Json.write(data));
                own.put(dialect.name(), dialect);
            }
            for (Map<String, Object> vector : (List<Map<String, Object>>) vectors.get("requests")) {
                String name = vector.get("dialect") + ", " + vector.get("case") + ": " + vector.get("name");
                Dialect dialect = own.get((String) vector.get("dialect"));
                tests.add(dynamicTest(name, () -> check(dialect, vector)));
            }
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> secretsAreTakenOrRefusedAsTheVectorsSay() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Object> file = (Map<String, Object>) Json.parse(Files.readAllBytes(FOLDER.resolve("secrets.json")));
        for (Map<String, String> row : (List<Map<String, String>>) file.get("secrets")) {
            tests.add(dynamicTest("secret " + row.get("secret"), () -> checkSecret(row)));
        }
        return tests;
    }

    private static void checkSecret(Map<String, String> row) {
        String secret = row.get("secret");
        if (row.get("expect").equals("accept")) {
            assertEquals(row.get("dialect"), Webhook.of(row.get("dialect"), secret).dialect().name());
            return;
        }
        ConfigurationException error =
                assertThrows(ConfigurationException.class, () -> Webhook.of(row.get("dialect"), secret));
        assertTrue(error.getMessage().contains(row.get("says")), error.getMessage());
        assertFalse(secret.length() > 8 && error.getMessage().contains(secret), "the message holds the secret");
    }

    private static void check(Dialect own, Map<String, Object> vector) throws Exception {
        Dialect dialect = own == null ? Dialect.builtin((String) vector.get("dialect")) : own;
        Instant now = Instant.ofEpochMilli(((BigDecimal) vector.get("now_ms")).longValueExact());
        String[] secrets = ((List<String>) vector.get("secrets")).toArray(String[]::new);
        Webhook webhook = Webhook.of(dialect, secrets).withClock(Clock.fixed(now, ZoneOffset.UTC));
        Map<String, Object> expect = (Map<String, Object>) vector.get("expect");
        if (expect.get("event") instanceof Map<?, ?> expected) {
            Event event = webhook.verify(request(vector));
            for (Map.Entry<?, ?> field : expected.entrySet()) {
                assertEquals(field.getValue(), field(event, (String) field.getKey()), (String) field.getKey());
            }
            return;
        }
        WebhookVerificationException refusal =
                assertThrows(WebhookVerificationException.class, () -> webhook.verify(request(vector)));
        assertEquals(expect.get("refuse"), refusal.code(), refusal.getMessage());
        if (expect.get("header") != null) {
            assertEquals(expect.get("header"), refusal.header());
        }
    }

    private static Object field(Event event, String name) {
        return switch (name) {
            case "id" -> event.id();
            case "type" -> event.type();
            case "tenant" -> event.tenant();
            case "delivery_id" -> event.deliveryId();
            case "data" -> event.data();
            case "time_ms" -> BigDecimal.valueOf(event.time().toEpochMilli());
            case "timestamp_ms" -> BigDecimal.valueOf(event.timestamp().toEpochMilli());
            default -> throw new AssertionError("a vector expects " + name);
        };
    }

    private static Request request(Map<String, Object> vector) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        if (vector.get("headers") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> headers.put((String) name, list(value)));
        } else {
            for (List<String> header : (List<List<String>>) vector.get("headers")) {
                headers.computeIfAbsent(header.get(0), name -> new ArrayList<>()).add(header.get(1));
            }
        }
        if (vector.get("before") instanceof Map<?, ?> before) {
            String text = ((String) before.get("text")).repeat(((BigDecimal) before.get("times")).intValueExact());
            headers.computeIfPresent((String) before.get("header"), (name, values) -> List.of(text + values.get(0)));
        }
        BigDecimal blanks = (BigDecimal) vector.getOrDefault("blanks_after_body", BigDecimal.ZERO);
        String body = vector.get("body") + " ".repeat(blanks.intValueExact());
        return new Request(
                (String) vector.get("method"),
                (String) vector.get("url"),
                headers,
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> list(Object value) {
        return value instanceof List<?> values ? (List<String>) values : Collections.singletonList((String) value);
    }

    @Test
    void listOfLambdaStandsForItsSingleValue() {
        Map<String, String> values = new HashMap<>(Map.of("Webhook-Id", "last", "Host", "a"));
        values.put("X-Nothing", null);
        Map<String, List<String>> lists = Map.of("webhook-id", List.of("first", "last"));
        assertEquals(
                Map.of("webhook-id", List.of("first", "last"), "Host", List.of("a")), Request.headersOf(values, lists));
        assertEquals(Map.of(), Request.headersOf(null, null));
        assertEquals(List.of(), Request.post(Collections.singletonMap("a", Arrays.asList((String) null)), new byte[0]).values("A"));
    }
}
