package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireText;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The server's side of SCRAM-SHA-256 (RFC 5802, section 5; PostgreSQL's `auth-scram.c`), as
/// values: client-first makes a [Challenge], client-final with it a [Proof], and a proof meets the
/// keys. Whatever is not well formed is a [ProtocolViolation]; a wrong password is not.
final class ScramServer {
  private static final String BINDING_FLAG = "p=";

  private ScramServer() {}

  /// Reads client-first and answers it.
  ///
  /// @param endPoint the channel binding that was offered, null when none was
  static Challenge challenge(
      ScramMechanism mechanism, @Nullable Bytes endPoint, String clientFirst, Question question) {
    ScramSha256.checkLength(clientFirst);
    String header = header(mechanism, endPoint, clientFirst);
    String bare = clientFirst.substring(header.length());
    ScramAttributes attributes = new ScramAttributes(bare);
    if (attributes.isNext('m')) {
      throw new ProtocolViolation("client requires an unsupported SCRAM extension");
    }
    attributes.next('n'); // the user is that of the StartupMessage
    String nonce = ScramSha256.checkNonce(attributes.next('r')) + question.nonce();
    while (attributes.hasNext()) {
      attributes.skip();
    }
    String serverFirst =
        "r=%s,s=%s,i=%d"
            .formatted(nonce, ScramSha256.base64(question.salt()), question.iterations());
    return new Challenge(bare, serverFirst, nonce, binding(header, endPoint));
  }

  /// The GS2 header, up to and with its second comma: whether and how the client binds.
  private static String header(
      ScramMechanism mechanism, @Nullable Bytes endPoint, String clientFirst) {
    boolean isBound = mechanism == ScramMechanism.SCRAM_SHA_256_PLUS;
    String flag = clientFirst.substring(0, Math.max(0, clientFirst.indexOf(',')));
    if (flag.equals("y") && endPoint != null) {
      throw new ProtocolViolation(
          "SCRAM channel binding negotiation error: the client thinks it is not offered");
    }
    if (isBound && flag.startsWith(BINDING_FLAG)) {
      requireEndPoint(flag.substring(BINDING_FLAG.length()));
    } else if (isBound || !(flag.equals("n") || flag.equals("y"))) {
      throw new ProtocolViolation(
          "malformed SCRAM message: channel binding flag does not fit " + mechanism.wire());
    }
    if (clientFirst.startsWith("a=", flag.length() + 1)) {
      throw new ProtocolViolation("client uses authorization identity, but it is not supported");
    }
    String header = flag + ",,";
    if (!clientFirst.startsWith(header)) {
      throw new ProtocolViolation("malformed SCRAM message: expected a comma");
    }
    return header;
  }

  private static void requireEndPoint(String binding) {
    if (!binding.equals(ScramSha256.TLS_SERVER_END_POINT)) {
      throw new ProtocolViolation("unsupported SCRAM channel-binding type");
    }
  }

  /// What `c=` of client-final has to be.
  static String binding(String header, @Nullable Bytes endPoint) {
    byte[] text = WireText.encode(header);
    if (endPoint == null || !header.startsWith(BINDING_FLAG)) {
      return ScramSha256.base64(Bytes.of(text));
    }
    byte[] whole = Arrays.copyOf(text, text.length + endPoint.length());
    System.arraycopy(endPoint.toArray(), 0, whole, text.length, endPoint.length());
    return ScramSha256.base64(Bytes.of(whole));
  }

  /// What the server puts into server-first.
  record Question(String nonce, Bytes salt, int iterations) {}

  /// The exchange after server-first: what client-final has to match.
  record Challenge(String clientFirstBare, String serverFirst, String nonce, String binding) {

    /// Reads client-final. That the proof is well formed does not make it right.
    Proof proof(String clientFinal) {
      ScramAttributes attributes = new ScramAttributes(clientFinal);
      if (!attributes.next('c').equals(binding)) {
        throw new ProtocolViolation("SCRAM channel binding check failed");
      }
      if (!attributes.next('r').equals(nonce)) {
        throw new ProtocolViolation("invalid SCRAM response: nonce does not match");
      }
      while (attributes.hasNext() && !attributes.isNext('p')) {
        attributes.skip();
      }
      int end = attributes.position() - 1;
      Bytes proof = attributes.nextBytes('p');
      attributes.requireEnd();
      if (proof.length() != ScramSha256.KEY_BYTES) {
        throw new ProtocolViolation("malformed SCRAM message: proof of " + proof);
      }
      String withoutProof = clientFinal.substring(0, end);
      return new Proof(proof, clientFirstBare + ',' + serverFirst + ',' + withoutProof);
    }
  }

  /// A client's proof and what it is about (`AuthMessage`).
  record Proof(Bytes proof, String authMessage) {

    /// The ClientKey the proof was made with, when it is the one that belongs to this StoredKey.
    Optional<Bytes> clientKey(Bytes storedKey) {
      Bytes clientKey = ScramSha256.xor(proof, ScramSha256.hmac(storedKey, authMessage));
      return ScramSha256.storedKey(clientKey).equals(storedKey)
          ? Optional.of(clientKey)
          : Optional.empty();
    }

    /// Our own proof, that we know the ServerKey.
    String serverFinal(Bytes serverKey) {
      return "v=" + ScramSha256.base64(ScramSha256.hmac(serverKey, authMessage));
    }
  }
}
