import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import com.svix.exceptions.ApiException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** A receiver on the loopback, and how a case is run, named and counted. */
final class Cases {
    /** Generous: only a failure uses it up. */
    private static final long LIMIT_MS = 60_000;

    private static final long PAUSE_MS = 30;
    static final ObjectMapper JSON = new ObjectMapper();

    int failures;
    final String url;
    private final List<Request> requests = new ArrayList<>();

    interface Check {
        void run() throws Exception;
    }

    record Request(String path, Map<String, List<String>> headers, String body) {
        String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? "" : values.get(0);
        }
    }

    /** A page of a list, whatever it holds. */
    record Page(List<String> keys, boolean done, String iterator, String back) {
        static <T> Page of(List<T> data, Function<T, String> key, Boolean done, String iterator, String back) {
            return new Page(data.stream().map(key).toList(), done, iterator, back);
        }
    }

    interface Pages {
        Page list(Long limit, String iterator) throws Exception;
    }

    /** Answers 500 below /fail, else 200. */
    Cases() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(exchange.getRequestHeaders());
            String path = exchange.getRequestURI().getPath();
            synchronized (requests) {
                requests.add(new Request(path, headers, body));
                requests.notifyAll();
            }
            exchange.sendResponseHeaders(path.startsWith("/fail") ? 500 : 200, 4);
            exchange.getResponseBody().write("seen".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Request> at(String path) {
        synchronized (requests) {
            return requests.stream().filter(one -> one.path.equals(path)).toList();
        }
    }

    /** The nth request for a message at a path, once it has come. */
    Request request(String path, String message, int n) throws InterruptedException {
        long end = System.currentTimeMillis() + LIMIT_MS;
        synchronized (requests) {
            while (true) {
                List<Request> found = at(path).stream().filter(one -> one.header("svix-id").equals(message)).toList();
                if (found.size() >= n) {
                    return found.get(n - 1);
                }
                long left = end - System.currentTimeMillis();
                expect(left > 0, "request " + n + " for " + message + " has not come to " + path);
                requests.wait(left);
            }
        }
    }

    void run(String operation, Check check) {
        Map<String, Object> line = new TreeMap<>(Map.of("operation", operation, "ok", true));
        try {
            check.run();
        } catch (Exception | AssertionError error) {
            failures++;
            String where = "";
            for (StackTraceElement frame : error.getStackTrace()) {
                if (where.isEmpty() && (frame.getClassName().equals("Api") || frame.getClassName().equals("Delivery"))) {
                    where = frame.getFileName() + ":" + frame.getLineNumber();
                }
            }
            String body = error instanceof ApiException of ? " " + of.getCode() + " " + of.getResponseBody() : "";
            line.put("ok", false);
            line.put("error", where + " " + error + body);
        }
        try {
            System.out.println(JSON.writeValueAsString(line));
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    /** Asks until the answer is true: what is waited for is known to the server alone. */
    static void eventually(String what, Callable<Boolean> ask) throws Exception {
        long end = System.currentTimeMillis() + LIMIT_MS;
        while (!ask.call()) {
            expect(System.currentTimeMillis() < end, "not within " + LIMIT_MS + " ms: " + what);
            Thread.sleep(PAUSE_MS);
        }
    }

    static void expect(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }

    static void equal(Object found, Object expected) {
        expect(Objects.equals(found, expected), found + ", and not " + expected);
    }

    /** Fails unless the library's own exception is thrown, with this status and, where one is named, this code. */
    static void refused(int status, String code, Check check) throws Exception {
        try {
            check.run();
        } catch (ApiException error) {
            equal(error.getCode(), status);
            JsonNode body = JSON.readTree(error.getResponseBody());
            if (status == 422) {
                JsonNode first = body.path("detail").path(0);
                expect(first.path("loc").isArray() && first.has("msg") && first.has("type"), "a 422 lists what is wrong: " + body);
            }
            if (code != null) {
                equal(body.path("code").asText(), code);
            }
            return;
        }
        throw new AssertionError("accepted, and not answered " + status);
    }

    /** Walks a list to its end and back by the cursors that its pages give; gives the keys in order. */
    static List<String> walk(long size, Pages pages) throws Exception {
        List<Page> all = new ArrayList<>(List.of(pages.list(size, null)));
        List<String> there = new ArrayList<>(all.get(0).keys());
        while (!all.get(all.size() - 1).done()) {
            Page last = all.get(all.size() - 1);
            equal((long) last.keys().size(), size);
            all.add(pages.list(size, last.iterator()));
            there.addAll(all.get(all.size() - 1).keys());
        }
        equal(new HashSet<>(there).size(), there.size());
        List<String> back = new ArrayList<>();
        Page last = all.get(all.size() - 1);
        for (int n = 1; n < all.size(); n++) {
            last = pages.list(size, last.back());
            back.addAll(0, last.keys());
        }
        equal(back, there.subList(0, back.size()));
        return there;
    }

    static List<String> reversed(List<String> keys) {
        List<String> copy = new ArrayList<>(keys);
        Collections.reverse(copy);
        return copy;
    }

    static JsonNode json(String text) throws Exception {
        return JSON.readTree(text);
    }
}
