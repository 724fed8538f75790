package io.trunkline.protocol.tls;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.SqlState;
import java.util.EnumSet;
import java.util.Set;

/// What is spoken with a client before its first StartupMessage or CancelRequest (PostgreSQL docs,
/// "SSL Session Encryption" and "GSSAPI Session Encryption"): one event per packet, one answer per
/// event. Knows nothing of bytes; the caller decodes, writes and closes.
///
/// | | nothing said | SSL, GSS or both declined | inside TLS |
/// |---|---|---|---|
/// | TLS hello | TLS, or drop | drop | refuse |
/// | SSLRequest | `S` and TLS, or `N` | `N` the first time, then refuse | refuse |
/// | GSSENCRequest | `N` | `N` the first time, then refuse | refuse |
/// | StartupMessage | accept, or refuse where TLS is required | the same | accept |
/// | CancelRequest | accept | accept | accept |
///
/// A CancelRequest is taken in plaintext even where TLS is required, as PostgreSQL does: libpq
/// before version 17 sends no other.
///
/// Bytes that arrived behind an SSLRequest or GSSENCRequest before its answer are refused: somebody
/// in the middle could have put them there, to be taken for the client's own once TLS is up
/// (CVE-2021-23214, CVE-2021-3935).
@EventLoopConfined
public final class ClientTlsNegotiation {

  /// The first byte of a TLS record that carries a handshake (RFC 8446, section 5.1). No packet
  /// begins with it: it would be a length of hundreds of megabytes.
  private static final byte TLS_HANDSHAKE = 0x16;

  /// What the client has sent.
  public enum Event {
    DIRECT_TLS_HELLO,
    SSL_REQUEST,
    GSSENC_REQUEST,
    STARTUP,
    CANCEL
  }

  /// What to do about it.
  public sealed interface Answer {

    /// Write this one byte and read the next packet.
    record Reply(byte answer) implements Answer {}

    /// Begin TLS; with [SslNegotiation#POSTGRES] write `S` first, in plaintext.
    record StartTls(SslNegotiation negotiation) implements Answer {}

    /// The packet is for the login, or for the cancel registry: the negotiation is over.
    record Accept() implements Answer {}

    /// Send this as a FATAL ErrorResponse and close.
    record Refuse(String sqlState, String message) implements Answer {}

    /// Close without a word: the client waits for TLS and would not understand any.
    record Drop(String reason) implements Answer {}
  }

  private enum State {
    NOTHING_SAID,
    SSL_DECLINED,
    GSS_DECLINED,
    BOTH_DECLINED,
    SECURED,
    OVER,
    OVER_INSIDE_TLS
  }

  /// The byte that accepts an SSLRequest.
  public static final byte YES = 'S';

  /// The byte that declines an SSLRequest or a GSSENCRequest.
  public static final byte NO = 'N';

  private static final String BEHIND_SSL = "received unencrypted data after SSL request";
  private static final String BEHIND_GSS =
      "received unencrypted data after GSSAPI encryption request";

  private final Set<SslNegotiation> accepted;
  private final boolean required;
  private State state = State.NOTHING_SAID;

  private ClientTlsNegotiation(Set<SslNegotiation> accepted, boolean required) {
    this.accepted = accepted;
    this.required = required;
  }

  /// For a TCP connection.
  public static ClientTlsNegotiation overTcp(ClientTlsSettings settings) {
    EnumSet<SslNegotiation> accepted = EnumSet.noneOf(SslNegotiation.class);
    if (settings.mode().usesTls()) {
      accepted.add(SslNegotiation.POSTGRES);
      if (settings.directTls()) {
        accepted.add(SslNegotiation.DIRECT);
      }
    }
    return new ClientTlsNegotiation(accepted, settings.mode().requiresTls());
  }

  /// Whether a connection that begins with this byte begins with TLS.
  public static boolean isTlsHello(byte first) {
    return first == TLS_HANDSHAKE;
  }

  /// Answers one event.
  ///
  /// @param bytesBehind how many bytes have already arrived behind the packet
  public Answer on(Event event, int bytesBehind) {
    if (state == State.OVER || state == State.OVER_INSIDE_TLS) {
      throw new IllegalStateException(event + " after the negotiation is over");
    }
    return switch (event) {
      case DIRECT_TLS_HELLO -> onTlsHello();
      case SSL_REQUEST -> onSslRequest(bytesBehind);
      case GSSENC_REQUEST -> onGssEncRequest(bytesBehind);
      case STARTUP -> onStartup();
      case CANCEL -> end(new Answer.Accept());
    };
  }

  /// Whether the connection is inside TLS, or about to be; stays so when the negotiation is over.
  public boolean secured() {
    return state == State.SECURED || state == State.OVER_INSIDE_TLS;
  }

  private Answer onTlsHello() {
    return switch (state) {
      case SECURED -> refuse("received TLS inside TLS");
      case NOTHING_SAID ->
          accepted.contains(SslNegotiation.DIRECT)
              ? become(State.SECURED, new Answer.StartTls(SslNegotiation.DIRECT))
              : drop("direct TLS is not accepted by this listener");
      default -> drop("TLS handshake after TLS or GSSAPI encryption was declined");
    };
  }

  private Answer onSslRequest(int bytesBehind) {
    if (bytesBehind > 0) {
      return refuse(BEHIND_SSL);
    }
    return switch (state) {
      case NOTHING_SAID, GSS_DECLINED ->
          accepted.contains(SslNegotiation.POSTGRES)
              ? become(State.SECURED, new Answer.StartTls(SslNegotiation.POSTGRES))
              : decline(state == State.NOTHING_SAID ? State.SSL_DECLINED : State.BOTH_DECLINED);
      case SSL_DECLINED, BOTH_DECLINED -> refuse("received a second SSL request");
      case SECURED, OVER, OVER_INSIDE_TLS -> refuse("received SSL request inside TLS");
    };
  }

  private Answer onGssEncRequest(int bytesBehind) {
    if (bytesBehind > 0) {
      return refuse(BEHIND_GSS);
    }
    return switch (state) {
      case NOTHING_SAID -> decline(State.GSS_DECLINED);
      case SSL_DECLINED -> decline(State.BOTH_DECLINED);
      case GSS_DECLINED, BOTH_DECLINED -> refuse("received a second GSSAPI encryption request");
      case SECURED, OVER, OVER_INSIDE_TLS ->
          refuse("received GSSAPI encryption request inside TLS");
    };
  }

  private Answer onStartup() {
    if (required && state != State.SECURED) {
      return end(
          new Answer.Refuse(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
              "no unencrypted connections are accepted here, SSL is required"));
    }
    return end(new Answer.Accept());
  }

  private Answer decline(State next) {
    return become(next, new Answer.Reply(NO));
  }

  private Answer refuse(String message) {
    return end(new Answer.Refuse(SqlState.PROTOCOL_VIOLATION, message));
  }

  private Answer drop(String reason) {
    return end(new Answer.Drop(reason));
  }

  private Answer end(Answer last) {
    return become(secured() ? State.OVER_INSIDE_TLS : State.OVER, last);
  }

  private Answer become(State next, Answer answer) {
    state = next;
    return answer;
  }
}
