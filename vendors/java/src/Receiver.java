import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * Receives webhooks with the vendors' own libraries, unmodified. The protocol is in ../../README.md.
 *
 * <p>usage: java Receiver CONTROL
 */
public final class Receiver {
    private static final Gson GSON = new Gson();

    private final Path control;
    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();

    private Receiver(Path control) {
        this.control = control;
    }

    public static void main(String[] arguments) throws IOException {
        Receiver receiver = new Receiver(Path.of(arguments[0]));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", receiver::handle);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("ready " + server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // It lives as long as its standard input.
        }
        System.exit(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/sign/")) {
            JsonObject asked = JsonParser.parseString(body).getAsJsonObject();
            answer(exchange, signed(path.substring("/sign/".length()), asked));
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) ->
                headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        boolean isHandshake = exchange.getRequestMethod().equals("OPTIONS") || body.contains("\"url_verification\"");
        boolean fails = path.endsWith("/flaky") && !isHandshake && failedOnce.add(path + body);
        Answer judged = fails ? new Answer(500, "try again", "") : judge(path, headers, body);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("path", path);
        line.put("method", exchange.getRequestMethod());
        line.put("status", judged.status());
        line.put("message", judged.message());
        line.put("headers", headers);
        line.put("body", Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
        String text = GSON.toJson(line);
        synchronized (this) {
            System.out.println(text);
        }
        answer(exchange, judged);
    }

    private Answer judge(String path, Map<String, String> headers, String body) {
        try {
            JsonObject entries = JsonParser.parseString(Files.readString(control)).getAsJsonObject();
            JsonObject entry = entries.getAsJsonObject(path);
            Library library = entry == null ? null : Libraries.ALL.get(entry.get("library").getAsString());
            if (library == null) {
                return new Answer(404, "no receiver at " + path, "");
            }
            String secret = entry.get("secret").getAsString();
            String url = entry.get("url").getAsString();
            String dialect = entry.get("dialect").getAsString();
            return library.receive(new Webhook(secret, url, dialect, headers, body));
        } catch (Exception error) {
            return new Answer(401, String.valueOf(error), "");
        }
    }

    private static Answer signed(String library, JsonObject asked) {
        try {
            Map<String, String> headers = Libraries.SIGNERS.get(library).sign(
                    asked.get("secret").getAsString(),
                    asked.get("id").getAsString(),
                    asked.get("timestamp_s").getAsLong(),
                    asked.get("body").getAsString());
            return new Answer(200, "", GSON.toJson(headers));
        } catch (Exception error) {
            return new Answer(500, "", String.valueOf(error));
        }
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), text.length == 0 ? -1 : text.length);
        if (text.length > 0) {
            exchange.getResponseBody().write(text);
        }
        exchange.close();
    }

    /** A request, and what its endpoint's entry in the control file says. */
    record Webhook(String secret, String url, String dialect, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.get(name);
        }
    }

    /** What a library made of it: the message is the type of an accepted event, the text goes to the sender. */
    record Answer(int status, String message, String text, Map<String, String> headers) {
        Answer(int status, String message, String text) {
            this(status, message, text, Map.of());
        }

        static Answer accepted(String type) {
            return new Answer(200, type == null ? "" : type, "");
        }

        static Answer unlessGenuine(boolean genuine, String type) {
            return genuine ? accepted(type) : new Answer(401, "not genuine", "");
        }
    }

    /** Throws to refuse. */
    interface Library {
        Answer receive(Webhook webhook) throws Exception;
    }

    /** The headers that a library would send with a body. */
    interface Signer {
        Map<String, String> sign(String secret, String id, long timestampS, String body) throws Exception;
    }
}
