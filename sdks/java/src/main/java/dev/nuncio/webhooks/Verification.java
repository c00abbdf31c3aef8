package dev.nuncio.webhooks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One run of the rules over one request: a pure function of the dialect, the keys, the request and the clock. */
final class Verification {
    private final Dialect dialect;
    private final Signature signature;
    private final Request request;
    private final String value;

    /** A text of the request, and the header that it came in. */
    private record Found(String text, String header) {}

    private Verification(Dialect dialect, Signature signature, Request request) throws WebhookVerificationException {
        this.dialect = dialect;
        this.signature = signature;
        this.request = request;
        this.value = header(signature.header());
    }

    /**
     * Verifies as the vendor's receivers should: header names in any case, signatures compared in constant time, the signed
     * time at most {@code toleranceS} seconds away from {@code nowMs} (in whole seconds where the dialect sends seconds).
     * Every signature that receivers require must fit.
     */
    static Verified run(Dialect dialect, List<Key> keys, Request request, long nowMs, Long toleranceS)
            throws WebhookVerificationException {
        Verified all = null;
        for (Signature signature : dialect.signatures) {
            Verified one = new Verification(dialect, signature, request).run(keys, nowMs, toleranceS);
            all = all == null
                    ? one
                    : new Verified(
                            all.key(),
                            all.version() == null ? one.version() : all.version(),
                            all.timestamp() == null ? one.timestamp() : all.timestamp());
        }
        return all;
    }

    private Verified run(List<Key> keys, long nowMs, Long toleranceS) throws WebhookVerificationException {
        Instant timestamp = null;
        if (signature.time() != null) {
            long signedMs = timestampMs();
            checkAge(signedMs, nowMs, toleranceS);
            timestamp = Instant.ofEpochMilli(signedMs);
        }
        return find(keys, contents(), timestamp);
    }

    /** The one header of that name. A second one is refused: two readers could each take another. */
    private String header(String name) throws WebhookVerificationException {
        List<String> values = request.values(name);
        if (values.isEmpty()) {
            throw WebhookVerificationException.missingHeader(name, dialect.answers);
        }
        if (values.size() > 1) {
            throw malformed(name, "it is there twice");
        }
        return values.get(0);
    }

    private WebhookVerificationException malformed(String name, String fault) {
        return WebhookVerificationException.malformedHeader(name, fault, dialect.answers);
    }

    private long timestampMs() throws WebhookVerificationException {
        Found found = signedTime();
        Long unixMs = Times.parseMs(signature.time().field(), found.text);
        if (unixMs == null) {
            throw malformed(found.header, "its time is not a number in the right format");
        }
        return unixMs;
    }

    private Found signedTime() throws WebhookVerificationException {
        Signature.SignedTime time = signature.time();
        if (time.pair() == null) {
            return new Found(header(time.header()), time.header());
        }
        List<String> times = signature.items(value).stream()
                .filter(item -> item.version().equals(time.pair()))
                .map(Signature.Item::text)
                .toList();
        if (times.size() != 1) {
            throw malformed(signature.header(), times.isEmpty() ? "it holds no time" : "it holds two times");
        }
        return new Found(times.get(0), signature.header());
    }

    private void checkAge(long signedMs, long nowMs, Long toleranceS) throws WebhookVerificationException {
        if (toleranceS == null) {
            return;
        }
        boolean inMs = signature.time().field().equals("timestamp_ms");
        long ageMs = (inMs ? nowMs : nowMs - Math.floorMod(nowMs, 1000)) - signedMs;
        // Seconds are rounded away from zero: 300,001 ms is "301 s", never "300 s, more than 300 s".
        long seconds = (Math.abs(ageMs) + 999) / 1000;
        if (ageMs > toleranceS * 1000) {
            throw WebhookVerificationException.tooOld(seconds, toleranceS, dialect.answers);
        }
        if (ageMs < -toleranceS * 1000) {
            throw WebhookVerificationException.tooNew(seconds, toleranceS, dialect.answers);
        }
    }

    /** The bytes that may have been signed: one text, or one for each spelling of a signed URL. */
    private List<byte[]> contents() throws WebhookVerificationException {
        List<byte[]> parts = new ArrayList<>();
        boolean signsUrl = false;
        for (int at = 0; at < signature.content().size(); at++) {
            Piece piece = signature.content().get(at);
            boolean isUrl = piece.isField() && piece.text().equals("url");
            signsUrl |= isUrl;
            parts.add(isUrl ? null : part(at, piece));
        }
        List<byte[]> contents = new ArrayList<>();
        for (String url : signsUrl ? SignedUrl.spellings(url()) : List.of("")) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            parts.forEach(part -> content.writeBytes(part == null ? utf8(url) : part));
            contents.add(content.toByteArray());
        }
        return contents;
    }

    private byte[] part(int at, Piece piece) throws WebhookVerificationException {
        if (piece.isText()) {
            return utf8(piece.text());
        }
        return switch (piece.isField() ? piece.text() : "") {
            case "body" -> request.body();
            case "sorted_form" -> Form.sorted(request.body());
            case "method" -> utf8(request.method());
            default -> carriedPart(at, piece);
        };
    }

    private String url() {
        if (request.url() == null) {
            throw new ConfigurationException("the dialect `" + dialect.name() + "` signs the URL: give the request's");
        }
        return request.url();
    }

    private byte[] carriedPart(int at, Piece piece) throws WebhookVerificationException {
        Found found = carried(piece);
        List<Piece> content = signature.content();
        Piece next = at + 1 < content.size() ? content.get(at + 1) : null;
        // A value that holds the text which ends it could be cut elsewhere and still be signed the same.
        if (next != null && next.isText() && found.text.contains(next.text())) {
            throw malformed(found.header, "it holds the separator of the signed content");
        }
        return utf8(found.text);
    }

    private Found carried(Piece piece) throws WebhookVerificationException {
        if (piece.isField() && signature.time() != null && signature.time().field().equals(piece.text())) {
            return signedTime();
        }
        String name = piece.isField() ? Dialect.carrier(dialect.headers, piece.text()) : piece.text();
        if (name == null) {
            throw malformed(signature.header(), "a signed value was not sent");
        }
        return new Found(header(name), name);
    }

    /** The first key that fits a signature of an accepted version under one of {@code contents}. */
    private Verified find(List<Key> keys, List<byte[]> contents, Instant timestamp) throws WebhookVerificationException {
        List<Signature.Item> items = signature.items(value);
        boolean isBare = signature.grammar() == Signature.Grammar.BARE;
        if (!isBare && items.stream().allMatch(item -> item.version().isEmpty())) {
            throw malformed(signature.header(), "it lists no signature");
        }
        for (int key = 0; key < keys.size(); key++) {
            for (Scheme scheme : signature.schemes()) {
                if (fits(scheme, keys.get(key), contents, items)) {
                    return new Verified(key, isBare ? null : scheme.version(), timestamp);
                }
            }
        }
        throw WebhookVerificationException.badSignature(signature.header(), dialect.answers);
    }

    private boolean fits(Scheme scheme, Key key, List<byte[]> contents, List<Signature.Item> items) {
        if (!scheme.version().isEmpty() && !dialect.versions.contains(scheme.version())) {
            return false;
        }
        List<String> texts = items.stream()
                .filter(item -> item.version().equals(scheme.version()))
                .map(Signature.Item::text)
                .toList();
        return contents.stream().anyMatch(content -> scheme.fitsOne(key, content, texts));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
