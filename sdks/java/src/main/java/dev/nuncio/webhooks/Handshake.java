package dev.nuncio.webhooks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a new endpoint is asked before it gets events, and the answers. */
final class Handshake {
    private Handshake() {}

    /**
     * The answer to an {@code OPTIONS} request that names its sender (CloudEvents 1.0, HTTP web hooks, 4); {@code null} where
     * the dialect asks nothing like it.
     *
     * @param allowedOrigins who may send; {@code null} allows anyone
     */
    static Answer answerOptions(Dialect dialect, Request request, Collection<String> allowedOrigins) {
        Dialect.HandshakeRules rules = dialect.handshake;
        if (rules == null || rules.requestHeader() == null || !request.method().equalsIgnoreCase("OPTIONS")) {
            return null;
        }
        List<String> origins = request.values(rules.requestHeader());
        if (origins.size() != 1 || allowedOrigins != null && !allowedOrigins.contains(origins.get(0))) {
            return Answer.text(403, "Unknown sender");
        }
        return Answer.RECEIVED.with(rules.answerHeader(), origins.get(0)).with("Allow", "POST, OPTIONS");
    }

    /**
     * The answer to a verified request that is a challenge, signed with {@code key} where the dialect wants that;
     * {@code null} for an event.
     */
    static Answer answerChallenge(Dialect dialect, Object payload, Key key) {
        Dialect.HandshakeRules rules = dialect.handshake;
        if (rules == null || rules.challenge() == null) {
            return null;
        }
        List<String> path = names(rules.challenge());
        Object challenge = payload;
        for (String name : path) {
            challenge = challenge instanceof Map<?, ?> object ? object.get(name) : null;
        }
        if (!(challenge instanceof String text) || !holds(payload, rules.request(), path)) {
            return null;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        put(answer, names(rules.answer()), text);
        if (rules.digest() != null && key instanceof Key.Shared shared) {
            Scheme scheme = dialect.signatures.get(0).schemes().get(0);
            put(answer, names(rules.digest()), scheme.sign(shared, text.getBytes(StandardCharsets.UTF_8)));
        }
        byte[] body = Json.write(answer).getBytes(StandardCharsets.UTF_8);
        return new Answer(200, Map.of("Content-Type", "application/json"), body);
    }

    /** Whether {@code payload} is the template with a challenge in it; vendors add members of their own. */
    private static boolean holds(Object payload, Object template, List<String> challenge) {
        if (challenge.isEmpty()) {
            return true;
        }
        if (!(template instanceof Map<?, ?> expected) || !(payload instanceof Map<?, ?> found)) {
            return Objects.equals(payload, template);
        }
        List<String> rest = challenge.subList(1, challenge.size());
        return expected.entrySet().stream().allMatch(member -> {
            Object given = found.get(member.getKey());
            return member.getKey().equals(challenge.get(0))
                    ? holds(given, member.getValue(), rest)
                    : Objects.equals(given, member.getValue());
        });
    }

    /** The names of a JSON pointer (RFC 6901). */
    private static List<String> names(String pointer) {
        return Arrays.stream(pointer.split("/"))
                .skip(1)
                .map(name -> name.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> answer, List<String> path, Object value) {
        Map<String, Object> inner = answer;
        for (String name : path.subList(0, path.size() - 1)) {
            inner = (Map<String, Object>) inner.computeIfAbsent(name, absent -> new LinkedHashMap<String, Object>());
        }
        inner.put(path.get(path.size() - 1), value);
    }
}
