package dev.nuncio.webhooks;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets only genuine requests through (Servlet 5 and newer, Spring Boot 3). The servlet beneath finds the event with
 * {@link #event} and the raw body in the request. Its exception, or a status of 400 or more, releases the delivery.
 */
public final class WebhookFilter implements Filter {
    private static final String EVENT = "dev.nuncio.webhooks.event";

    private final Receiver receiver;

    /**
     * A filter for the paths that receive webhooks.
     *
     * @param receiver what decides
     */
    public WebhookFilter(Receiver receiver) {
        this.receiver = receiver;
    }

    /**
     * The event of a request that came through the filter.
     *
     * @param request as the servlet got it
     * @return {@code null} for any other request
     */
    public static Event event(ServletRequest request) {
        return (Event) request.getAttribute(EVENT);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        HttpServletResponse answer = (HttpServletResponse) response;
        byte[] body = http.getInputStream().readNBytes(Receiver.BODY_BYTES_MAX + 1);
        Webhook.Opened opened = receiver.open(new Request(http.getMethod(), urlOf(http), headersOf(http), body));
        if (opened.event() == null) {
            send(answer, opened.answer());
            return;
        }
        boolean succeeded = false;
        try {
            http.setAttribute(EVENT, opened.event());
            chain.doFilter(new Reread(http, body), answer);
            succeeded = answer.getStatus() < 400;
        } finally {
            receiver.settle(opened.event(), succeeded);
        }
    }

    private static void send(HttpServletResponse response, Answer answer) throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        if (answer.body().length > 0) {
            response.getOutputStream().write(answer.body());
        }
    }

    private static String urlOf(HttpServletRequest request) {
        String query = request.getQueryString();
        return request.getRequestURL() + (query == null ? "" : "?" + query);
    }

    private static Map<String, List<String>> headersOf(HttpServletRequest request) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, Collections.list(request.getHeaders(name)));
        }
        return headers;
    }

    /** The request with its body to be read once more. */
    private static final class Reread extends HttpServletRequestWrapper {
        private final byte[] body;

        Reread(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            return new Body(body);
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
    }

    private static final class Body extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        Body(byte[] body) {
            bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int from, int length) {
            return bytes.read(into, from, length);
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("the body is in memory already: read it without a listener");
        }
    }
}
