package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolViolation;
import org.jspecify.annotations.Nullable;

/// The client's side of SCRAM-SHA-256 (RFC 5802, section 5; libpq's `fe-auth-scram.c`), as values:
/// this is client-first; server-first with it makes a [Challenge], and keys make its [Answer].
/// Whatever a server sends that is not well formed is a [ProtocolViolation].
///
/// @param header the GS2 header: `n,,`, `y,,` or `p=tls-server-end-point,,`
/// @param endPoint what the exchange is bound to, null when it is not
/// @param user empty towards PostgreSQL, which takes it from the StartupMessage
record ScramClient(String header, @Nullable Bytes endPoint, String user, String nonce) {
  /// We cannot bind.
  static final String NOT_SUPPORTED = "n,,";

  /// We could have, and the server did not offer it: a server that did knows it was tampered with.
  static final String NOT_OFFERED = "y,,";

  static final String BOUND = "p=" + ScramSha256.TLS_SERVER_END_POINT + ",,";

  String clientFirst() {
    return header + bare();
  }

  private String bare() {
    return "n=" + user + ",r=" + nonce;
  }

  /// Reads server-first.
  Challenge challenge(String serverFirst) {
    ScramAttributes attributes = new ScramAttributes(serverFirst);
    String serverNonce = ScramSha256.checkNonce(attributes.next('r'));
    if (!serverNonce.startsWith(nonce) || serverNonce.length() == nonce.length()) {
      throw new ProtocolViolation("invalid SCRAM response: nonce mismatch");
    }
    Bytes salt = attributes.nextBytes('s');
    int iterations = iterations(attributes.next('i'));
    while (attributes.hasNext()) {
      attributes.skip();
    }
    if (salt.length() == 0) {
      throw new ProtocolViolation("malformed SCRAM message: empty salt");
    }
    String withoutProof = "c=" + ScramServer.binding(header, endPoint) + ",r=" + serverNonce;
    String authMessage = bare() + ',' + serverFirst + ',' + withoutProof;
    return new Challenge(salt, iterations, withoutProof, authMessage);
  }

  private static int iterations(String text) {
    boolean isNumber = text.length() <= 7 && text.matches("[1-9][0-9]*");
    if (!isNumber || Integer.parseInt(text) > ScramSha256.ITERATIONS_MAX) {
      throw new ProtocolViolation(
          "SCRAM iterations outside 1 to %d".formatted(ScramSha256.ITERATIONS_MAX));
    }
    return Integer.parseInt(text);
  }

  /// What a server asks for.
  record Challenge(Bytes salt, int iterations, String withoutProof, String authMessage) {

    Answer answer(Credential.ScramKeys keys) {
      Bytes storedKey = ScramSha256.storedKey(keys.clientKey());
      Bytes signature = ScramSha256.hmac(storedKey, authMessage);
      Bytes proof = ScramSha256.xor(keys.clientKey(), signature);
      return new Answer(
          withoutProof + ",p=" + ScramSha256.base64(proof),
          ScramSha256.hmac(keys.serverKey(), authMessage));
    }
  }

  /// client-final, and the signature a server that knows us will answer it with.
  record Answer(String clientFinal, Bytes serverSignature) {

    /// Whether server-final proves that the server knows our verifier.
    ///
    /// @throws ProtocolViolation when the server says why it does not, or nothing legible
    boolean isConfirmedBy(String serverFinal) {
      ScramAttributes attributes = new ScramAttributes(serverFinal);
      if (attributes.isNext('e')) {
        throw new ProtocolViolation("server reports SCRAM error: " + attributes.next('e'));
      }
      Bytes signature = attributes.nextBytes('v');
      while (attributes.hasNext()) {
        attributes.skip();
      }
      return signature.equals(serverSignature);
    }
  }
}
