package io.trunkline.protocol.tls;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.SqlState;
import org.jspecify.annotations.Nullable;

/// What is spoken with a server before the StartupMessage, by libpq's rules (PostgreSQL docs, "SSL
/// Session Encryption"; `fe-connect.c`): one event in, one step out. It covers one login, which may
/// take two connections:
///
/// | sslmode | first connection | second connection |
/// |---|---|---|
/// | disable | plaintext | |
/// | allow | plaintext | TLS, when the server refused plaintext with 28000 |
/// | prefer | TLS, plaintext after `N` | plaintext, when TLS failed or was refused with 28000 |
/// | require, verify-ca, verify-full | TLS | |
///
/// libpq makes its second attempt after any error at login. We make it after 28000 only, which is
/// what `pg_hba.conf` refuses with: a wrong password does not get better on another connection.
@EventLoopConfined
public final class ServerTlsNegotiation {

  /// What to do next.
  public sealed interface Step {

    /// Send an [io.trunkline.protocol.StartupPacket.SSLRequest] and read at least one byte of
    /// answer.
    record SendSslRequest() implements Step {}

    /// Put the TLS handler into the pipeline.
    record StartTls() implements Step {}

    /// Send the StartupMessage: the connection is as secure as it gets.
    record SendStartup() implements Step {}

    /// Close this connection, open a new one, and report that by [#onConnected].
    record Reconnect(String reason) implements Step {}

    /// Close; the login has failed. A server's own ErrorResponse says more than the reason.
    record Fail(String reason) implements Step {}
  }

  private enum Encryption {
    NONE,
    TLS
  }

  private enum State {
    UNCONNECTED,
    AWAITING_ANSWER,
    HANDSHAKING,
    LOGGING_IN,
    OVER
  }

  private final SslNegotiation negotiation;
  private Encryption current;

  /// What a second connection would use; null when there is to be none.
  private @Nullable Encryption fallback;

  private State state = State.UNCONNECTED;

  /// Of a connection that has no need of TLS.
  public static ServerTlsNegotiation none() {
    return new ServerTlsNegotiation(SslMode.DISABLE, SslNegotiation.POSTGRES);
  }

  public ServerTlsNegotiation(SslMode mode, SslNegotiation negotiation) {
    this.negotiation = negotiation;
    this.current =
        switch (mode) {
          case DISABLE, ALLOW -> Encryption.NONE;
          case PREFER, REQUIRE, VERIFY_CA, VERIFY_FULL -> Encryption.TLS;
        };
    this.fallback =
        switch (mode) {
          case ALLOW -> Encryption.TLS;
          case PREFER -> Encryption.NONE;
          case DISABLE, REQUIRE, VERIFY_CA, VERIFY_FULL -> null;
        };
  }

  /// A connection is open, the first or the one asked for by [Step.Reconnect].
  public Step onConnected() {
    expect(State.UNCONNECTED);
    if (current == Encryption.NONE) {
      return become(State.LOGGING_IN, new Step.SendStartup());
    }
    return negotiation == SslNegotiation.DIRECT
        ? become(State.HANDSHAKING, new Step.StartTls())
        : become(State.AWAITING_ANSWER, new Step.SendSslRequest());
  }

  /// The server has answered the SSLRequest.
  ///
  /// @param bytesBehind how many more bytes have already arrived: they came in plaintext, so they
  ///   are nobody's word (CVE-2021-23222)
  public Step onAnswer(byte answer, int bytesBehind) {
    expect(State.AWAITING_ANSWER);
    return switch (answer) {
      case 'S' ->
          bytesBehind > 0
              ? fail("received unencrypted data after SSL response")
              : become(State.HANDSHAKING, new Step.StartTls());
      case 'N' -> bytesBehind > 0 ? fail("received data after SSL was declined") : onDeclined();
      // Before PostgreSQL 7, and when a server cannot fork. The text is nobody's word either
      // (CVE-2024-10977), so it is not read.
      case 'E' -> fail("server sent an error response during SSL exchange");
      default -> fail("received invalid response to SSL negotiation: 0x%02x".formatted(answer));
    };
  }

  /// Only `prefer` goes on, and on this very connection.
  private Step onDeclined() {
    if (fallback != Encryption.NONE) {
      return fail("server does not support SSL, but SSL was required");
    }
    current = Encryption.NONE;
    fallback = null;
    return become(State.LOGGING_IN, new Step.SendStartup());
  }

  /// TLS is up.
  public Step onHandshakeDone() {
    expect(State.HANDSHAKING);
    return become(State.LOGGING_IN, new Step.SendStartup());
  }

  /// TLS has failed, or the connection was lost meanwhile.
  public Step onHandshakeFailed(String reason) {
    expect(State.HANDSHAKING);
    return retryOrFail("TLS handshake failed: " + reason);
  }

  /// The server has refused the login with an ErrorResponse.
  public Step onRefused(String sqlState) {
    expect(State.LOGGING_IN);
    String reason = "server refused the login with SQLSTATE " + sqlState;
    return sqlState.equals(SqlState.INVALID_AUTHORIZATION_SPECIFICATION)
        ? retryOrFail(reason)
        : fail(reason);
  }

  private Step retryOrFail(String reason) {
    if (fallback == null) {
      return fail(reason);
    }
    current = fallback;
    fallback = null;
    return become(State.UNCONNECTED, new Step.Reconnect(reason));
  }

  private Step fail(String reason) {
    return become(State.OVER, new Step.Fail(reason));
  }

  private void expect(State expected) {
    if (state != expected) {
      throw new IllegalStateException("in " + state + ", not " + expected);
    }
  }

  private Step become(State next, Step step) {
    state = next;
    return step;
  }
}
