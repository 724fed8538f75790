package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;

/// ErrorResponse (B): `Byte1('E') Int32 (Byte1(type) String)* Byte1(0)`.
public record ErrorResponse(ErrorFields fields) implements BackendMessage {

  /// An error that ends the session: whoever sends it closes the connection.
  public static ErrorResponse fatal(String sqlState, String message) {
    return new ErrorResponse(ErrorFields.of("FATAL", sqlState, message));
  }

  /// An error that ends the command.
  public static ErrorResponse error(String sqlState, String message) {
    return new ErrorResponse(ErrorFields.of("ERROR", sqlState, message));
  }

  public static ErrorResponse decode(ByteBuf body) {
    return new ErrorResponse(ErrorFields.decode(body));
  }

  public ErrorResponse withDetail(String detail) {
    return new ErrorResponse(fields.with(ErrorFields.DETAIL, detail));
  }

  public ErrorResponse withHint(String hint) {
    return new ErrorResponse(fields.with(ErrorFields.HINT, hint));
  }

  /// The same as an error that ends the session.
  public ErrorResponse asFatal() {
    return new ErrorResponse(fields.withSeverity("FATAL"));
  }

  public String severity() {
    return fields.severity();
  }

  public String sqlState() {
    return fields.sqlState();
  }

  public String message() {
    return fields.message();
  }

  @Override
  public void encode(ByteBuf out) {
    fields.encode(out, BackendTag.ERROR_RESPONSE);
  }
}
