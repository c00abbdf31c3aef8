package dev.nuncio.webhooks;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One sender's wire format, as a receiver needs it. Immutable. */
public final class Dialect {
    private final String name;
    final SecretRules secret;
    final List<HeaderRule> headers;
    /** Those that must all fit; the first is the one whose key and scheme count. */
    final List<Signature> signatures;
    /** Whether values of headers are percent-encoded (CloudEvents 1.0, HTTP binding, 3.1.3.2). */
    final boolean isEscaped;
    final boolean isForm;
    final List<MemberRule> members;
    /** {@code null} for any age. */
    final Long toleranceS;
    final List<String> versions;
    final Answers answers;
    /** {@code null} where a new endpoint is asked nothing. */
    final HandshakeRules handshake;

    /** A header that the dialect sends, and the pieces of its value. */
    record HeaderRule(String name, List<Piece> value) {}

    /** A place in the envelope: the names that lead to it, and the pieces of its value. */
    record MemberRule(List<String> path, List<Piece> value) {}

    /** What a new endpoint is asked. Places are JSON pointers (RFC 6901); what the kind has not is {@code null}. */
    record HandshakeRules(
            Object request, String challenge, String answer, String digest, String requestHeader, String answerHeader) {}

    Dialect(
            String name,
            SecretRules secret,
            List<HeaderRule> headers,
            List<Signature> signatures,
            boolean isEscaped,
            boolean isForm,
            List<MemberRule> members,
            Long toleranceS,
            List<String> versions,
            Answers answers,
            HandshakeRules handshake) {
        this.name = name;
        this.secret = secret;
        this.headers = headers;
        this.signatures = signatures;
        this.isEscaped = isEscaped;
        this.isForm = isForm;
        this.members = members;
        this.toleranceS = toleranceS;
        this.versions = versions;
        this.answers = answers;
        this.handshake = handshake;
    }

    /** Whether a signed time tells how old a request is. */
    boolean signsTime() {
        return signatures.stream().anyMatch(signature -> signature.time() != null);
    }

    /**
     * The built-in dialect of that name.
     *
     * @param name such as {@code standard}
     * @return the dialect
     * @throws ConfigurationException naming those that exist
     */
    public static Dialect builtin(String name) {
        Dialect dialect = Builtins.ALL.get(name);
        if (dialect == null) {
            throw new ConfigurationException("there is no built-in dialect `" + name + "`: give one of "
                    + String.join(", ", builtinNames()) + ", or use Dialect.parse");
        }
        return dialect;
    }

    /**
     * The names of the built-in dialects.
     *
     * @return the default one first
     */
    public static List<String> builtinNames() {
        return List.copyOf(Builtins.ALL.keySet());
    }

    /**
     * Reads the data of a dialect file as JSON: the same keys as its TOML; those that only a sender needs may be left out.
     *
     * @param json one JSON object
     * @return the dialect
     * @throws ConfigurationException naming what is missing; {@code nuncio dialect check} finds every other contradiction
     */
    public static Dialect parse(String json) {
        try {
            return DialectReader.read(Json.parse(json));
        } catch (Json.JsonException error) {
            throw new ConfigurationException("the dialect cannot be read: " + error.getMessage(), error);
        }
    }

    /**
     * The name that projects and endpoints refer to it by.
     *
     * @return such as {@code standard}
     */
    public String name() {
        return name;
    }

    /** The header whose whole value is that field; {@code null} if the dialect sends none. */
    static String carrier(List<HeaderRule> headers, String field) {
        for (HeaderRule header : headers) {
            if (header.value().equals(List.of(Piece.field(field)))) {
                return header.name();
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "Dialect(" + name + ")";
    }

    /** Read when the first dialect is asked for. */
    private static final class Builtins {
        static final Map<String, Dialect> ALL = load();

        private static Map<String, Dialect> load() {
            try (InputStream stream = Dialect.class.getResourceAsStream("dialects.json")) {
                Map<String, Dialect> found = new LinkedHashMap<>();
                for (Object data : (List<?>) Json.parse(stream.readAllBytes())) {
                    Dialect dialect = DialectReader.read(data);
                    found.put(dialect.name, dialect);
                }
                return Collections.unmodifiableMap(found);
            } catch (IOException | Json.JsonException error) {
                throw new IllegalStateException("the package holds no readable dialects.json", error);
            }
        }
    }
}
