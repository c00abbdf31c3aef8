package dev.nuncio.webhooks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;

/** Receives webhooks with the JDK's own server. */
public final class WebhookHttpHandler implements HttpHandler {
    private final Receiver receiver;
    private final Receiver.Handler handler;

    /**
     * A handler for one path.
     *
     * @param receiver what decides
     * @param handler of events
     */
    public WebhookHttpHandler(Receiver receiver, Receiver.Handler handler) {
        this.receiver = receiver;
        this.handler = handler;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            // One byte more than is allowed tells a body that is too large, without reading it all.
            byte[] body = exchange.getRequestBody().readNBytes(Receiver.BODY_BYTES_MAX + 1);
            String host = exchange.getRequestHeaders().getFirst("Host");
            String url = "http://" + host + exchange.getRequestURI();
            Request request = new Request(exchange.getRequestMethod(), url, exchange.getRequestHeaders(), body);
            send(exchange, receiver.handle(request, handler));
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = answer.body();
        // -1 is this server's way to say that there is no body.
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream stream = exchange.getResponseBody()) {
            stream.write(body);
        }
    }
}
