package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolViolation;

/// Reads the `a=value,b=value` of a SCRAM message in the fixed order RFC 5802, section 7 gives it.
/// A missing, repeated or misplaced attribute is a [ProtocolViolation].
final class ScramAttributes {
  private final String message;

  /// Where the next attribute begins; beyond the end when there is none.
  private int position;

  ScramAttributes(String message) {
    ScramSha256.checkLength(message);
    this.message = message;
  }

  boolean hasNext() {
    return position <= message.length();
  }

  /// Whether the next attribute has this name.
  boolean isNext(char name) {
    return message.startsWith(name + "=", position);
  }

  /// Where the next attribute begins in the message.
  int position() {
    return position;
  }

  /// The value of the next attribute, which must have this name.
  String next(char name) {
    if (!isNext(name)) {
      throw new ProtocolViolation(
          "malformed SCRAM message: expected attribute \"%c\"".formatted(name));
    }
    return take();
  }

  /// As [#next], for a value in base64.
  Bytes nextBytes(char name) {
    String value = next(name);
    return ScramSha256.unbase64(value)
        .orElseThrow(() ->
            new ProtocolViolation(
                "malformed SCRAM message: attribute \"%c\" is not base64".formatted(name)));
  }

  /// Passes an extension, which a reader that does not know it has to ignore.
  void skip() {
    boolean isAttribute =
        position + 1 < message.length()
            && Character.isLetter(message.charAt(position))
            && message.charAt(position + 1) == '=';
    if (!isAttribute) {
      throw new ProtocolViolation("malformed SCRAM message: expected an attribute");
    }
    take();
  }

  private String take() {
    int comma = message.indexOf(',', position);
    int end = comma < 0 ? message.length() : comma;
    String value = message.substring(position + 2, end);
    position = end + 1;
    return value;
  }

  void requireEnd() {
    if (hasNext()) {
      throw new ProtocolViolation("malformed SCRAM message: garbage at its end");
    }
  }
}
