package dev.nuncio.webhooks;

import static dev.nuncio.webhooks.Sender.OLD_SECRET;
import static dev.nuncio.webhooks.Sender.SECRET;
import static dev.nuncio.webhooks.Sender.headers;
import static dev.nuncio.webhooks.Sender.webhook;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WebhookHttpHandlerTest {
    private static TestServer serve(Receiver receiver, Receiver.Handler handler) throws Exception {
        return new TestServer(new WebhookHttpHandler(receiver, handler));
    }

    private static void refuseToHandle(Event event) {
        fail("the handler was called");
    }

    @Test
    void genuineEventsReachTheHandler() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (TestServer server = serve(Receiver.of(webhook("ventryx", SECRET)), events::add)) {
            String body = "{\"id\":\"evt_1\",\"data\":{\"a\":1}}";
            server.check("POST", headers("ventryx", SECRET, body), body, 204, "");
            Event event = events.poll(60, TimeUnit.SECONDS);
            assertEquals("evt_1 {\"a\":1}", event.id() + " " + event.dataJson());
        }
    }

    @Test
    void refusedRequestsGetThePublishedAnswer() throws Exception {
        Receiver receiver = Receiver.of(webhook("yativo", SECRET));
        try (TestServer server = serve(receiver, WebhookHttpHandlerTest::refuseToHandle)) {
            server.check("POST", Map.of(), "{}", 400, "Invalid signature");
            server.check("POST", headers("yativo", OLD_SECRET, "{}"), "{}", 401, "Invalid signature");
            server.check("POST", headers("yativo", SECRET, "[]"), "[]", 400, "Invalid body");
            server.check("GET", Map.of(), "", 405, "Method not allowed");
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        Receiver receiver = Receiver.of(webhook("yativo", SECRET));
        try (TestServer server = serve(receiver, WebhookHttpHandlerTest::refuseToHandle)) {
            String body = " ".repeat(Receiver.BODY_BYTES_MAX + 1);
            server.check("POST", Map.of(), body, 413, "The body is too large");
        }
    }

    @Test
    void retriesOfWhatWasHandledAreNotHandledAgain() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        Receiver receiver = Receiver.of(webhook("ventryx", SECRET)).withDeduplicator(new Deduplicator());
        Receiver.Handler handler = event -> {
            if (handled.incrementAndGet() == 1) {
                throw new IllegalStateException("the database is away");
            }
        };
        try (TestServer server = serve(receiver, handler)) {
            Map<String, String> headers = headers("ventryx", SECRET, "{}");
            server.check("POST", headers, "{}", 500, "The event was not handled");
            server.check("POST", headers, "{}", 204, "");
            server.check("POST", headers, "{}", 204, "");
            assertEquals(2, handled.get());
        }
    }

    @Test
    void aRetryWaitsForTheAttemptThatIsBeingHandled() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        Receiver receiver = Receiver.of(webhook("ventryx", SECRET)).withDeduplicator(new Deduplicator());
        Receiver.Handler handler = event -> {
            started.countDown();
            finish.await();
        };
        try (TestServer server = serve(receiver, handler)) {
            Map<String, String> headers = headers("ventryx", SECRET, "{}");
            CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> {
                try {
                    return server.send("POST", headers, "{}").statusCode();
                } catch (Exception error) {
                    throw new IllegalStateException(error);
                }
            });
            assertEquals(true, started.await(60, TimeUnit.SECONDS));
            HttpResponse<String> second = server.send("POST", headers, "{}");
            assertEquals("503 30", second.statusCode() + " " + second.headers().firstValue("Retry-After").get());
            finish.countDown();
            assertEquals(204, first.get(60, TimeUnit.SECONDS));
        }
    }

    private static void checkChallenge(String dialect, String body, String answer) throws Exception {
        Receiver receiver = Receiver.of(webhook(dialect, SECRET));
        try (TestServer server = serve(receiver, WebhookHttpHandlerTest::refuseToHandle)) {
            server.check("POST", headers(dialect, SECRET, body), body, 200, answer);
            server.check("POST", headers(dialect, OLD_SECRET, body), body, 401, "Invalid signature");
        }
    }

    @Test
    void challengesAreAnswered() throws Exception {
        checkChallenge("slack", "{\"token\":\"x\",\"challenge\":\"c1\",\"type\":\"url_verification\"}",
                "{\"challenge\":\"c1\"}");
        checkChallenge("zoom", "{\"payload\":{\"plainToken\":\"p1\"},\"event\":\"endpoint.url_validation\"}",
                "{\"plainToken\":\"p1\",\"encryptedToken\":\"" + Sender.mac(SECRET, "p1") + "\"}");
    }

    @Test
    void anEventWithAChallengeInItIsAnEvent() throws Exception {
        String body = "{\"type\":\"event_callback\",\"challenge\":\"c1\",\"event\":{}}";
        assertEquals(null, webhook("slack", SECRET).open(Sender.request("slack", SECRET, body)).answer());
    }

    @Test
    void optionsNameWhoMaySend() throws Exception {
        Receiver receiver = Receiver.of(webhook("cloudevents", SECRET)).withAllowedOrigins("nuncio.example");
        try (TestServer server = serve(receiver, WebhookHttpHandlerTest::refuseToHandle)) {
            HttpResponse<String> allowed =
                    server.send("OPTIONS", Map.of("WebHook-Request-Origin", "nuncio.example"), "");
            assertEquals("204 nuncio.example",
                    allowed.statusCode() + " " + allowed.headers().firstValue("WebHook-Allowed-Origin").get());
            server.check("OPTIONS", Map.of("WebHook-Request-Origin", "other.example"), "", 403, "Unknown sender");
        }
    }

    @Test
    void theSignedUrlIsTheRequestsOrTheConfigured() throws Exception {
        String body = "To=%2B18005551212&CallSid=CA1&From=a+b";
        Map<String, String> headers = Map.of("X-Twilio-Signature", "A5GXytWqUrnGVCUNVR6sSWfwWl8=");
        Receiver receiver = Receiver.of(webhook("twilio", "12345678"));
        try (TestServer server = serve(receiver.withUrl("https://mycompany.com/myapp.php?foo=1&bar=2"), event -> {})) {
            server.check("POST", headers, body, 204, "");
        }
        try (TestServer server = serve(receiver, WebhookHttpHandlerTest::refuseToHandle)) {
            server.check("POST", headers, body, 401, "Invalid signature");
        }
    }
}
