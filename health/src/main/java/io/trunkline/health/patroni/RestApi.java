package io.trunkline.health.patroni;

import io.trunkline.health.etcd.ForeignText;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks members' REST APIs, each within a time and for an answer of a bounded size, whatever the
/// other side does. Safe for threads.
final class RestApi implements AutoCloseable {
  /// Why there is no answer for who is not let in.
  static final String REFUSED = "it refuses our user and password";

  private static final int UNAUTHORIZED = 401;
  private static final int BODY_BYTES_MAX = 1024 * 1024;

  /// For what takes Patroni some of its loops.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final RestSettings settings;
  private final HttpClient client;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Reads the TLS files. Blocking.
  RestApi(RestSettings settings) {
    this.settings = settings;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.timeout())
            .executor(threads)
            .sslContext(settings.tls().context())
            .build();
  }

  /// An answer: its status and what it says; or why there is none.
  ///
  /// @param status 0 for none
  /// @param failure empty for an answer with a body that can be read
  record Reply(int status, @Nullable JsonObject body, String failure) {
    boolean isOk() {
      return status == 200 && body != null;
    }
  }

  /// Begins to ask; the answer is there in time, one way or the other.
  Future<Reply> ask(StoreAddress member, String path) {
    return threads.submit(() -> answer(member, path));
  }

  private Reply answer(StoreAddress member, String path) throws InterruptedException {
    Future<HttpResponse<String>> sent = client.sendAsync(request(member, path), bounded());
    Duration timeout = settings.timeout();
    try {
      HttpResponse<String> response = sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() == UNAUTHORIZED) {
        return new Reply(0, null, REFUSED); // it says nothing of the cluster
      }
      return new Reply(response.statusCode(), Json.object(response.body()), "");
    } catch (TimeoutException expected) {
      sent.cancel(true);
      return new Reply(0, null, "no answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Reply(0, null, reason(e));
    } catch (JsonMistake e) {
      return new Reply(0, null, "not what Patroni says: " + e.getMessage());
    }
  }

  /// What came of something that was asked for.
  ///
  /// @param status 0 for no answer
  /// @param text what was said, or why nothing was
  /// @param isUnreachable whether it certainly was not heard
  record Said(int status, String text, boolean isUnreachable) {}

  /// Asks for something to be done, and waits as long as that may take.
  Said post(StoreAddress member, String path, String json) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(request(member, path), (_, _) -> true)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    Future<HttpResponse<String>> sent = client.sendAsync(request, bounded());
    try {
      HttpResponse<String> response = sent.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      return new Said(response.statusCode(), ForeignText.oneLine(response.body()), false);
    } catch (TimeoutException expected) {
      sent.cancel(true);
      return new Said(0, "no answer within " + PATIENCE.toSeconds() + " s", false);
    } catch (ExecutionException e) {
      return new Said(0, reason(e), e.getCause() instanceof ConnectException);
    }
  }

  private static HttpResponse.BodyHandler<String> bounded() {
    return BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), BODY_BYTES_MAX);
  }

  private HttpRequest request(StoreAddress member, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(member.url() + path)).timeout(settings.timeout()).GET();
    Secret password = settings.password();
    if (settings.user() != null && password != null && mayHearThePassword(member)) {
      byte[] pair = (settings.user() + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return request.build();
  }

  /// Whoever writes `https://` does not want the password to go over the wire in plain because a
  /// member calls itself by `http://`.
  private boolean mayHearThePassword(StoreAddress member) {
    return member.tls() || settings.addresses().stream().noneMatch(StoreAddress::tls);
  }

  /// The first words of the chain: its outer links, and a refused connection, have none.
  private static String reason(ExecutionException failure) {
    boolean unreachable = false;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      unreachable |= cause instanceof ConnectException;
      if (cause.getMessage() != null) {
        return ForeignText.oneLine(
            cause instanceof IOException ? cause.getMessage() : cause.toString());
      }
    }
    return unreachable ? "cannot connect" : ForeignText.oneLine(String.valueOf(failure.getCause()));
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
