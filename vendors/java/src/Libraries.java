import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.slack.api.app_backend.SlackSignature;
import com.slack.api.bolt.App;
import com.slack.api.bolt.AppConfig;
import com.slack.api.bolt.middleware.builtin.RequestVerification;
import com.slack.api.bolt.request.RequestHeaders;
import com.slack.api.bolt.response.Response;
import com.slack.api.bolt.util.SlackRequestParser;
import com.slack.api.model.event.MessageEvent;
import com.squareup.square.utilities.WebhooksHelper;
import com.stripe.model.Event;
import com.stripe.model.EventDataObjectDeserializer;
import com.twilio.security.RequestValidator;
import dev.nuncio.webhooks.Request;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One receiver for each library, as its own documentation shows it, and what the libraries can sign themselves. */
final class Libraries {
    static final Map<String, Receiver.Library> ALL = Map.of(
            "nuncio", Libraries::nuncio,
            "stripe-java", Libraries::stripe,
            "twilio", Libraries::twilio,
            "bolt", Libraries::slackBolt,
            "square", Libraries::square,
            "svix", Libraries::svix,
            "standardwebhooks", Libraries::standard,
            "cloudevents", Libraries::cloudEvents);

    static final Map<String, Receiver.Signer> SIGNERS = Map.of(
            "stripe-java", (secret, id, timestampS, body) -> Map.of(
                    "Stripe-Signature",
                    com.stripe.net.Webhook.Signature.generateSignatureHeader(body, secret, timestampS)),
            "bolt", (secret, id, timestampS, body) -> Map.of(
                    "X-Slack-Request-Timestamp", String.valueOf(timestampS),
                    "X-Slack-Signature",
                    new SlackSignature.Generator(secret).generate(String.valueOf(timestampS), body)),
            "standardwebhooks", (secret, id, timestampS, body) -> Map.of(
                    "webhook-id", id,
                    "webhook-timestamp", String.valueOf(timestampS),
                    "webhook-signature", new com.standardwebhooks.Webhook(secret).sign(id, timestampS, body)),
            "svix", (secret, id, timestampS, body) -> Map.of(
                    "svix-id", id,
                    "svix-timestamp", String.valueOf(timestampS),
                    "svix-signature", new com.svix.Webhook(secret).sign(id, timestampS, body)));

    private Libraries() {}

    private static Receiver.Answer stripe(Receiver.Webhook webhook) throws Exception {
        String signature = webhook.header("stripe-signature");
        Event event = com.stripe.net.Webhook.constructEvent(webhook.body(), signature, webhook.secret());
        // The members that a handler reads without asking whether they are there.
        EventDataObjectDeserializer data = event.getDataObjectDeserializer();
        JsonParser.parseString(data.getRawJson());
        boolean complete = event.getApiVersion() != null && event.getLivemode() != null
                && event.getPendingWebhooks() != null && event.getCreated() != null;
        return complete ? Receiver.Answer.accepted(event.getType()) : new Receiver.Answer(422, "a member is missing", "");
    }

    private static Receiver.Answer twilio(Receiver.Webhook webhook) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : webhook.body().split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                parameters.put(decoded(parts[0]), decoded(parts[1]));
            }
        }
        RequestValidator validator = new RequestValidator(webhook.secret());
        String signature = webhook.header("x-twilio-signature");
        return Receiver.Answer.unlessGenuine(validator.validate(webhook.url(), parameters, signature), "");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Receiver.Answer slackBolt(Receiver.Webhook webhook) throws Exception {
        AppConfig config = AppConfig.builder().signingSecret(webhook.secret()).build();
        SlackSignature.Verifier verifier =
                new SlackSignature.Verifier(new SlackSignature.Generator(webhook.secret()));
        String[] heard = {null};
        App app = new App(config, List.of(new RequestVerification(verifier)));
        app.event(MessageEvent.class, (event, context) -> {
            heard[0] = event.getEvent().getType();
            return context.ack();
        });
        Map<String, List<String>> headers = webhook.headers().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));
        SlackRequestParser.HttpRequest request = SlackRequestParser.HttpRequest.builder()
                .requestUri("/")
                .queryString(Map.of())
                .headers(new RequestHeaders(headers))
                .requestBody(webhook.body())
                .remoteAddress("127.0.0.1")
                .build();
        Response response = app.run(new SlackRequestParser(config).parse(request));
        String text = response.getBody() == null ? "" : response.getBody();
        return new Receiver.Answer(response.getStatusCode(), heard[0] == null ? text : heard[0], text);
    }

    private static Receiver.Answer square(Receiver.Webhook webhook) {
        boolean genuine = WebhooksHelper.verifySignature(
                webhook.body(), webhook.header("x-square-hmacsha256-signature"), webhook.secret(), webhook.url());
        return Receiver.Answer.unlessGenuine(genuine, typeOf(webhook.body()));
    }

    private static Receiver.Answer svix(Receiver.Webhook webhook) throws Exception {
        new com.svix.Webhook(webhook.secret()).verify(webhook.body(), multimap(webhook));
        return Receiver.Answer.accepted(typeOf(webhook.body()));
    }

    private static Receiver.Answer standard(Receiver.Webhook webhook) throws Exception {
        new com.standardwebhooks.Webhook(webhook.secret()).verify(webhook.body(), multimap(webhook));
        return Receiver.Answer.accepted(typeOf(webhook.body()));
    }

    private static Map<String, List<String>> multimap(Receiver.Webhook webhook) {
        Map<String, List<String>> headers = new HashMap<>();
        webhook.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        return headers;
    }

    /** The SDK reads events; who may send them is for the handshake and the token, as the web hook specification says. */
    private static Receiver.Answer cloudEvents(Receiver.Webhook webhook) {
        String origin = webhook.header("webhook-request-origin");
        if (origin != null && webhook.body().isEmpty()) {
            return new Receiver.Answer(200, "handshake", "", Map.of("WebHook-Allowed-Origin", origin));
        }
        if (!("Bearer " + webhook.secret()).equals(webhook.header("authorization"))) {
            return new Receiver.Answer(401, "another token", "");
        }
        byte[] body = webhook.body().getBytes(StandardCharsets.UTF_8);
        CloudEvent event = HttpMessageFactory.createReader(webhook.headers(), body).toEvent();
        return Receiver.Answer.accepted(event.getType());
    }

    /** Nuncio's own, for what the other libraries sign. */
    private static Receiver.Answer nuncio(Receiver.Webhook webhook) throws Exception {
        byte[] body = webhook.body().getBytes(StandardCharsets.UTF_8);
        Request request = new Request("POST", webhook.url(), multimap(webhook), body);
        return Receiver.Answer.accepted(
                dev.nuncio.webhooks.Webhook.of(webhook.dialect(), webhook.secret()).verify(request).type());
    }

    private static String typeOf(String body) {
        if (!JsonParser.parseString(body).isJsonObject()) {
            return "";
        }
        JsonObject event = JsonParser.parseString(body).getAsJsonObject();
        return event.has("type") ? event.get("type").getAsString() : "";
    }
}
