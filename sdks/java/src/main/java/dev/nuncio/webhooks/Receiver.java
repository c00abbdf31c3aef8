package dev.nuncio.webhooks;

import java.util.Collection;
import java.util.List;

/**
 * What an endpoint answers, whatever server carries it: it answers handshakes, refuses what is not genuine as the dialect
 * publishes it, and hands each delivery on once. Immutable.
 */
public final class Receiver {
    /** No sender's event is larger; what is cannot fill the memory. */
    public static final int BODY_BYTES_MAX = 4 * 1024 * 1024;

    private static final String RETRY_AFTER_S = "30";
    private static final System.Logger LOGGER = System.getLogger("dev.nuncio.webhooks");

    private final Webhook webhook;
    private final Deduplicator deduplicator;
    private final String url;
    private final Collection<String> allowedOrigins;

    private Receiver(Webhook webhook, Deduplicator deduplicator, String url, Collection<String> allowedOrigins) {
        this.webhook = webhook;
        this.deduplicator = deduplicator;
        this.url = url;
        this.allowedOrigins = allowedOrigins;
    }

    /** Takes events. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Takes one event.
         *
         * @param event that was verified
         * @throws Exception if it could not be handled: the sender tries again
         */
        void handle(Event event) throws Exception;
    }

    /**
     * A receiver that handles every genuine request.
     *
     * @param webhook the dialect and the secrets
     * @return the receiver
     */
    public static Receiver of(Webhook webhook) {
        return new Receiver(webhook, null, null, null);
    }

    /**
     * The same receiver, which recognises retries of what was handled.
     *
     * @param deduplicator that remembers
     * @return a new receiver
     */
    public Receiver withDeduplicator(Deduplicator deduplicator) {
        return new Receiver(webhook, deduplicator, url, allowedOrigins);
    }

    /**
     * The same receiver behind a proxy, for dialects that sign the URL.
     *
     * @param url the endpoint's public URL
     * @return a new receiver
     */
    public Receiver withUrl(String url) {
        return new Receiver(webhook, deduplicator, url, allowedOrigins);
    }

    /**
     * The same receiver for some senders only, for dialects that ask with {@code OPTIONS}.
     *
     * @param origins who may send
     * @return a new receiver
     */
    public Receiver withAllowedOrigins(String... origins) {
        return new Receiver(webhook, deduplicator, url, List.of(origins));
    }

    /**
     * Runs the handler for an event that is to be handled.
     *
     * @param request as it arrived
     * @param handler of events
     * @return 204 for what was handled, 500 for what was not, or the refusal
     */
    public Answer handle(Request request, Handler handler) {
        Webhook.Opened opened = open(request);
        if (opened.event() == null) {
            return opened.answer();
        }
        boolean succeeded = false;
        try {
            handler.handle(opened.event());
            succeeded = true;
            return Answer.RECEIVED;
        } catch (Exception error) {
            LOGGER.log(System.Logger.Level.ERROR, "a webhook event was not handled", error);
            return Answer.text(500, "The event was not handled");
        } finally {
            settle(opened.event(), succeeded);
        }
    }

    /**
     * For other ways of handling: the event, which must be followed by {@link #settle}, or the answer to give instead.
     *
     * @param request as it arrived
     * @return one of the two
     */
    public Webhook.Opened open(Request request) {
        Request seen = url == null ? request : new Request(request.method(), url, request.headers(), request.body());
        Answer options = Handshake.answerOptions(webhook.dialect(), seen, allowedOrigins);
        if (options != null) {
            return new Webhook.Opened(null, options);
        }
        if (!seen.method().equals("POST")) {
            return new Webhook.Opened(null, Answer.text(405, "Method not allowed").with("Allow", "POST"));
        }
        if (seen.body().length > BODY_BYTES_MAX) {
            return new Webhook.Opened(null, Answer.text(413, "The body is too large"));
        }
        try {
            Webhook.Opened opened = webhook.open(seen);
            return opened.event() == null ? opened : claim(opened);
        } catch (WebhookVerificationException refusal) {
            LOGGER.log(System.Logger.Level.WARNING, "webhook request refused: {0}", refusal.getMessage());
            return new Webhook.Opened(null, Answer.text(refusal.status(), refusal.text()));
        }
    }

    private Webhook.Opened claim(Webhook.Opened opened) {
        Claim claim = deduplicator == null ? Claim.FIRST : deduplicator.claim(opened.event());
        return switch (claim) {
            case FIRST -> opened;
            case DONE -> new Webhook.Opened(null, Answer.RECEIVED);
            case RUNNING -> new Webhook.Opened(
                    null, Answer.text(503, "Still being handled").with("Retry-After", RETRY_AFTER_S));
        };
    }

    /**
     * Says how the handling of an event has ended.
     *
     * @param event from {@link #open}
     * @param succeeded false releases the delivery, so that its retry is handled
     */
    public void settle(Event event, boolean succeeded) {
        if (deduplicator == null) {
            return;
        }
        if (succeeded) {
            deduplicator.complete(event);
        } else {
            deduplicator.release(event);
        }
    }
}
