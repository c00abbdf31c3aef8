package dev.nuncio.webhooks;

import static dev.nuncio.webhooks.Sender.OLD_SECRET;
import static dev.nuncio.webhooks.Sender.SECRET;
import static dev.nuncio.webhooks.Sender.headers;
import static dev.nuncio.webhooks.Sender.webhook;

import com.sun.net.httpserver.HttpExchange;
import jakarta.servlet.Filter;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The filter over real HTTP; the test is its own small servlet container, on the JDK's server. */
class WebhookFilterTest {
    private interface Servlet {
        void service(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    private static TestServer serve(Receiver receiver, Servlet servlet) throws Exception {
        Filter filter = new WebhookFilter(receiver);
        return new TestServer(exchange -> {
            try (exchange) {
                Response response = new Response();
                filter.doFilter(request(exchange), response.proxy(), (request, answer) -> {
                    try {
                        servlet.service((HttpServletRequest) request, (HttpServletResponse) answer);
                    } catch (Exception error) {
                        throw new jakarta.servlet.ServletException(error);
                    }
                });
                response.headers.forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(response.status, response.body.size() == 0 ? -1 : response.body.size());
                exchange.getResponseBody().write(response.body.toByteArray());
            } catch (jakarta.servlet.ServletException error) {
                throw new java.io.IOException(error);
            }
        });
    }

    private static HttpServletRequest request(HttpExchange exchange) {
        Map<String, Object> attributes = new HashMap<>();
        return proxy(HttpServletRequest.class, (self, method, arguments) -> switch (method.getName()) {
            case "getMethod" -> exchange.getRequestMethod();
            case "getRequestURL" -> new StringBuffer("http://127.0.0.1" + exchange.getRequestURI().getPath());
            case "getQueryString" -> exchange.getRequestURI().getQuery();
            case "getHeaderNames" -> Collections.enumeration(exchange.getRequestHeaders().keySet());
            case "getHeaders" -> Collections.enumeration(exchange.getRequestHeaders().get((String) arguments[0]));
            case "getInputStream" -> new Input(exchange.getRequestBody());
            case "getAttribute" -> attributes.get((String) arguments[0]);
            case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static final class Response {
        int status = 200;
        final Map<String, String> headers = new HashMap<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();

        HttpServletResponse proxy() {
            return WebhookFilterTest.proxy(HttpServletResponse.class, (self, method, arguments) -> {
                switch (method.getName()) {
                    case "setStatus" -> status = (Integer) arguments[0];
                    case "setHeader" -> headers.put((String) arguments[0], (String) arguments[1]);
                    case "getStatus" -> {
                        return status;
                    }
                    case "getOutputStream" -> {
                        return new Output(body);
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                }
                return null;
            });
        }
    }

    private static <T> T proxy(Class<T> kind, InvocationHandler handler) {
        return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, handler));
    }

    private static final class Input extends ServletInputStream {
        private final InputStream stream;

        Input(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws java.io.IOException {
            return stream.read();
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {}
    }

    private static final class Output extends ServletOutputStream {
        private final ByteArrayOutputStream stream;

        Output(ByteArrayOutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int one) {
            stream.write(one);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {}
    }

    @Test
    void genuineEventsReachTheServletWithTheirRawBody() throws Exception {
        String body = "{ \"a\" : 1.50 }";
        try (TestServer server = serve(Receiver.of(webhook("github", SECRET)), (request, response) -> {
            byte[] raw = request.getInputStream().readAllBytes();
            response.getOutputStream().write(WebhookFilter.event(request).type().getBytes());
            response.getOutputStream().write(raw);
        })) {
            server.check("POST", headers("github", SECRET, body), body, 200, "push" + body);
        }
    }

    @Test
    void refusedRequestsGetThePublishedAnswer() throws Exception {
        try (TestServer server = serve(Receiver.of(webhook("yativo", SECRET)), (request, response) -> {
            response.setStatus(599);
        })) {
            server.check("POST", Map.of(), "{}", 400, "Invalid signature");
            server.check("POST", headers("yativo", OLD_SECRET, "{}"), "{}", 401, "Invalid signature");
        }
    }

    @Test
    void aStatusOf400OrMoreReleasesTheDelivery() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        Receiver receiver = Receiver.of(webhook("ventryx", SECRET)).withDeduplicator(new Deduplicator());
        try (TestServer server = serve(receiver, (request, response) -> {
            response.setStatus(handled.incrementAndGet() == 1 ? 502 : 202);
        })) {
            Map<String, String> headers = headers("ventryx", SECRET, "{}");
            server.check("POST", headers, "{}", 502, "");
            server.check("POST", headers, "{}", 202, "");
            server.check("POST", headers, "{}", 204, "");
        }
    }
}
