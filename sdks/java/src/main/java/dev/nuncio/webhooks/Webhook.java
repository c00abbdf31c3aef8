package dev.nuncio.webhooks;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Verifies the requests of one endpoint. Immutable, and safe to share between threads. */
public final class Webhook {
    private final Dialect dialect;
    private final List<Key> keys;
    private final Long toleranceS;
    private final Clock clock;

    private Webhook(Dialect dialect, List<Key> keys, Long toleranceS, Clock clock) {
        this.dialect = dialect;
        this.keys = keys;
        this.toleranceS = toleranceS;
        this.clock = clock;
    }

    /**
     * Verifies with a built-in dialect.
     *
     * @param dialect its name, such as {@code standard}
     * @param secrets the endpoint's secret, or several while one replaces another; the first that fits wins
     * @return the verifier
     * @throws ConfigurationException without a usable secret, or for an unknown dialect
     */
    public static Webhook of(String dialect, String... secrets) {
        return of(Dialect.builtin(dialect), secrets);
    }

    /**
     * Verifies with any dialect.
     *
     * @param dialect from {@link Dialect#parse}
     * @param secrets the endpoint's secret, or several while one replaces another; the first that fits wins
     * @return the verifier
     * @throws ConfigurationException without a usable secret
     */
    public static Webhook of(Dialect dialect, String... secrets) {
        if (secrets == null || secrets.length == 0) {
            throw SecretRules.missing();
        }
        List<Key> keys = new ArrayList<>();
        for (String secret : secrets) {
            if (secret == null || secret.isEmpty()) {
                throw SecretRules.missing();
            }
            keys.add(dialect.secret.verifyingKey(secret));
        }
        return new Webhook(dialect, List.copyOf(keys), dialect.toleranceS, Clock.systemUTC());
    }

    /**
     * The same verifier with another window.
     *
     * @param tolerance how far the signed time may be off, either way, in whole seconds
     * @return a new verifier
     * @throws ConfigurationException for a dialect that signs no time, or a negative tolerance
     */
    public Webhook withTolerance(Duration tolerance) {
        if (!dialect.signsTime()) {
            throw new ConfigurationException(
                    "the dialect `" + dialect.name() + "` signs no time: leave the tolerance out");
        }
        if (tolerance.isNegative()) {
            throw new ConfigurationException("the tolerance is " + tolerance.toSeconds() + " s: give 0 or more");
        }
        return new Webhook(dialect, keys, tolerance.toSeconds(), clock);
    }

    /**
     * The same verifier with another clock, for tests.
     *
     * @param clock in place of the system's
     * @return a new verifier
     */
    public Webhook withClock(Clock clock) {
        return new Webhook(dialect, keys, toleranceS, clock);
    }

    /**
     * The dialect that it verifies.
     *
     * @return never {@code null}
     */
    public Dialect dialect() {
        return dialect;
    }

    /**
     * The event of a genuine, recent request.
     *
     * @param request as it arrived
     * @return the event
     * @throws WebhookVerificationException for any other request
     */
    public Event verify(Request request) throws WebhookVerificationException {
        Verified verified = verifySignature(request);
        return EventReader.read(dialect, request, EventReader.parseBody(dialect, request.body()), verified);
    }

    /**
     * As {@link #verify}, but the body is not read: for receivers that store or forward it as it is.
     *
     * @param request as it arrived
     * @return what the request says about itself
     * @throws WebhookVerificationException for any other request
     */
    public Verified verifySignature(Request request) throws WebhookVerificationException {
        return Verification.run(dialect, keys, request, clock.millis(), toleranceS);
    }

    /**
     * The event of a request or, if it holds a challenge that the dialect asks of a new endpoint, the answer to give instead.
     *
     * @param request as it arrived
     * @return one of the two
     * @throws WebhookVerificationException as {@link #verify}
     */
    public Opened open(Request request) throws WebhookVerificationException {
        Verified verified = verifySignature(request);
        Object payload = EventReader.parseBody(dialect, request.body());
        Answer answer = Handshake.answerChallenge(dialect, payload, keys.get(verified.key()));
        return answer != null
                ? new Opened(null, answer)
                : new Opened(EventReader.read(dialect, request, payload, verified), null);
    }

    /**
     * What a request turned out to be.
     *
     * @param event to be handled; {@code null} if there is an answer
     * @param answer to be given at once; {@code null} if there is an event
     */
    public record Opened(Event event, Answer answer) {}

    /** Shows the dialect and how many secrets there are, never a secret. */
    @Override
    public String toString() {
        return "Webhook(" + dialect.name() + ", " + keys.size() + " secrets)";
    }
}
