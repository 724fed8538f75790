package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;

/// NoticeResponse (B): `Byte1('N') Int32 (Byte1(type) String)* Byte1(0)`. May come at any time.
public record NoticeResponse(ErrorFields fields) implements BackendMessage {

  public static NoticeResponse notice(String sqlState, String message) {
    return new NoticeResponse(ErrorFields.of("NOTICE", sqlState, message));
  }

  public static NoticeResponse decode(ByteBuf body) {
    return new NoticeResponse(ErrorFields.decode(body));
  }

  public NoticeResponse withDetail(String detail) {
    return new NoticeResponse(fields.with(ErrorFields.DETAIL, detail));
  }

  public NoticeResponse withHint(String hint) {
    return new NoticeResponse(fields.with(ErrorFields.HINT, hint));
  }

  @Override
  public void encode(ByteBuf out) {
    fields.encode(out, BackendTag.NOTICE_RESPONSE);
  }
}
