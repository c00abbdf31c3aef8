package dev.nuncio.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The project's vectors, each a test of its own. */
@SuppressWarnings("unchecked")
class ConformanceTest {
    private static final Path CONFORMANCE = Path.of(System.getProperty("nuncio.root", "../.."), "conformance");

    private static List<Map<String, Object>> files() throws Exception {
        List<Map<String, Object>> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(CONFORMANCE)) {
            for (Path path : paths.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                files.add((Map<String, Object>) Json.parse(Files.readAllBytes(path)));
            }
        }
        return files;
    }

    @Test
    void everyBuiltinDialectHasVectors() throws Exception {
        List<String> found = files().stream().map(file -> (String) file.get("dialect")).toList();
        assertEquals(Dialect.builtinNames().stream().sorted().toList(), found.stream().sorted().toList());
    }

    @Test
    void embeddedDialectsAreThoseOfTheProject() throws Exception {
        byte[] embedded = Dialect.class.getResourceAsStream("dialects.json").readAllBytes();
        String original = Files.readString(CONFORMANCE.resolveSibling("sdks").resolve("dialects.json"));
        assertEquals(original, new String(embedded, StandardCharsets.UTF_8), "run `cargo xtask generate`");
    }

    @TestFactory
    List<DynamicTest> requestsAreJudgedAsTheVectorsSay() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, Object> file : files()) {
            String dialect = (String) file.get("dialect");
            for (Map<String, Object> vector : (List<Map<String, Object>>) file.get("verify")) {
                String name = dialect + ": " + vector.get("case") + ", " + vector.get("name");
                tests.add(dynamicTest(name, () -> checkVerify(dialect, vector)));
            }
        }
        return tests;
    }

    private static void checkVerify(String dialect, Map<String, Object> vector) throws Exception {
        String[] secrets = ((List<String>) vector.get("secrets")).toArray(String[]::new);
        if (secrets.length == 0) {
            // A receiver without a secret is refused where it is set up, not request by request.
            assertThrows(ConfigurationException.class, () -> Webhook.of(dialect, secrets));
            return;
        }
        Instant now = Instant.ofEpochMilli(((BigDecimal) vector.get("now_ms")).longValueExact());
        Webhook webhook = Webhook.of(dialect, secrets).withClock(Clock.fixed(now, ZoneOffset.UTC));
        Map<String, Object> expect = (Map<String, Object>) vector.get("expect");
        Request request = request(vector);
        if (expect.get("accept") instanceof Map<?, ?> accept) {
            Verified verified = webhook.verifySignature(request);
            assertEquals(((BigDecimal) accept.get("key")).intValueExact(), verified.key());
            assertEquals(accept.get("version"), verified.version());
            BigDecimal signedMs = (BigDecimal) accept.get("timestamp_ms");
            assertEquals(signedMs == null ? null : Instant.ofEpochMilli(signedMs.longValueExact()), verified.timestamp());
            return;
        }
        WebhookVerificationException refusal =
                assertThrows(WebhookVerificationException.class, () -> webhook.verifySignature(request));
        assertEquals(expect.get("refuse"), refusal.code(), refusal.getMessage());
        if (expect.get("header") != null) {
            assertEquals(expect.get("header"), refusal.header());
        }
    }

    private static Request request(Map<String, Object> vector) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (List<String> header : (List<List<String>>) vector.get("headers")) {
            headers.computeIfAbsent(header.get(0), name -> new ArrayList<>()).add(header.get(1));
        }
        Object times = vector.get("body_repeat");
        String text = ((String) vector.get("body")).repeat(times == null ? 1 : ((Number) times).intValue());
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return new Request((String) vector.get("method"), (String) vector.get("url"), headers, body);
    }

    /** What a sender refuses to register, a receiver may still hold: what that refuses is in {@code receivers/}. */
    @TestFactory
    List<DynamicTest> secretsThatMayBeRegisteredAreTaken() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, Object> file : files()) {
            Dialect dialect = Dialect.builtin((String) file.get("dialect"));
            for (Map<String, String> vector : (List<Map<String, String>>) file.get("secrets")) {
                if (vector.get("expect").equals("accept")) {
                    String secret = vector.get("secret");
                    String name = dialect.name() + ": " + secret;
                    tests.add(dynamicTest(name, () -> assertEquals(dialect, Webhook.of(dialect, secret).dialect())));
                }
            }
        }
        return tests;
    }
}
