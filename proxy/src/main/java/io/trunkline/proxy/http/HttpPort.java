package io.trunkline.proxy.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.trunkline.conf.HttpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP port: a table of [Page]s, served by the JDK's own server on virtual threads, so that
/// whoever asks takes nothing from an event loop. Connections, the time of a request and of its
/// answer are bounded.
public final class HttpPort implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpPort.class);
  private static final int BACKLOG = 64;

  /// The server's bounds are system properties, read once when its classes are loaded; what an
  /// operator has set stays. Seconds, but for the number of connections.
  private static final Map<String, String> BOUNDS =
      Map.of(
          "jdk.httpserver.maxConnections", "200",
          "sun.net.httpserver.maxReqTime", "5",
          "sun.net.httpserver.maxRspTime", "10",
          "sun.net.httpserver.idleInterval", "10",
          "sun.net.httpserver.maxReqHeaders", "50");

  private final HttpServer server;
  private final ExecutorService threads;
  private final Map<String, Page> pages = new HashMap<>();

  private HttpPort(HttpServer server, ExecutorService threads, List<Page> pages) {
    this.server = server;
    this.threads = threads;
    pages.forEach(page -> this.pages.put(page.path(), page));
  }

  /// Listens from now on.
  ///
  /// @throws IllegalStateException when the port cannot be had
  public static HttpPort open(HttpSettings settings, List<Page> pages) {
    BOUNDS.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    });
    InetSocketAddress wanted =
        "*".equals(settings.address())
            ? new InetSocketAddress(settings.port())
            : new InetSocketAddress(settings.address(), settings.port());
    try {
      HttpServer server = HttpServer.create(wanted, BACKLOG);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      HttpPort port = new HttpPort(server, threads, pages);
      server.setExecutor(threads);
      server.createContext("/", port::answer);
      server.start();
      log.info("listening on {} for HTTP", server.getAddress());
      return port;
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot listen on %s for HTTP: %s".formatted(wanted, e.getMessage()), e);
    }
  }

  /// Where it listens, with the port the system gave if that was left to it.
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      Reply reply =
          head || exchange.getRequestMethod().equals("GET")
              ? found(exchange.getRequestURI().getPath(), exchange.getRequestURI().getRawQuery())
              : Reply.text(Reply.METHOD_NOT_ALLOWED, "only GET and HEAD");
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", reply.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(reply.status(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Reply found(String path, @Nullable String query) {
    Page page = pages.get(path);
    if (page == null) {
      return Reply.text(
          Reply.NOT_FOUND,
          "nothing here; there is " + String.join(", ", pages.keySet().stream().sorted().toList()));
    }
    Map<String, String> parameters;
    try {
      parameters = parameters(query);
    } catch (IllegalArgumentException e) {
      return Reply.text(Reply.BAD_REQUEST, "the parameters cannot be read");
    }
    for (String name : parameters.keySet()) {
      if (!page.parameters().contains(name)) {
        return Reply.text(
            Reply.BAD_REQUEST,
            "an unknown parameter; allowed are: "
                + String.join(", ", page.parameters().stream().sorted().toList()));
      }
    }
    return page.content().apply(parameters);
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.put(
            URLDecoder.decode(name, StandardCharsets.UTF_8),
            URLDecoder.decode(value, StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
