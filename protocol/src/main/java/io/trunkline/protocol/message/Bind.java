package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bind (F): `Byte1('B') Int32 String(portal) String(statement) Int16 Int16(format)* Int16
/// (Int32(length) Byten(value))* Int16 Int16(result format)*`, a length of -1 for NULL.
///
/// A list of formats is empty (all text), of one (for all) or of one for each.
public record Bind(
    String portal,
    String statement,
    List<Format> parameterFormats,
    List<@Nullable Bytes> values,
    List<Format> resultFormats)
    implements FrontendMessage {
  private static final int NULL_LENGTH = -1;

  /// PostgreSQL docs, "Formats and Format Codes".
  public enum Format {
    TEXT,
    BINARY;

    static Format decode(ByteBuf body) {
      int code = WireReader.readUnsignedInt16(body);
      return switch (code) {
        case 0 -> TEXT;
        case 1 -> BINARY;
        default -> throw new ProtocolViolation("unsupported format code: " + code);
      };
    }

    int wire() {
      return this == TEXT ? 0 : 1;
    }
  }

  public Bind {
    parameterFormats = List.copyOf(parameterFormats);
    values = Collections.unmodifiableList(new ArrayList<>(values));
    resultFormats = List.copyOf(resultFormats);
  }

  public static Bind decode(ByteBuf body) {
    String portal = WireReader.readString(body);
    String statement = WireReader.readString(body);
    List<Format> parameterFormats = decodeFormats(body);
    List<@Nullable Bytes> values = decodeValues(body);
    if (parameterFormats.size() > 1 && parameterFormats.size() != values.size()) {
      throw new ProtocolViolation(
          "bind message has %d parameter formats but %d parameters"
              .formatted(parameterFormats.size(), values.size()));
    }
    return new Bind(portal, statement, parameterFormats, values, decodeFormats(body));
  }

  private static List<Format> decodeFormats(ByteBuf body) {
    int count = WireReader.readCount16(body, Short.BYTES);
    List<Format> formats = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      formats.add(Format.decode(body));
    }
    return formats;
  }

  private static List<@Nullable Bytes> decodeValues(ByteBuf body) {
    int count = WireReader.readCount16(body, Integer.BYTES);
    List<@Nullable Bytes> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = WireReader.readInt32(body);
      values.add(length == NULL_LENGTH ? null : WireReader.readBytes(body, length));
    }
    return values;
  }

  /// The format wanted for the result column at `index`.
  public Format resultFormat(int index) {
    return formatAt(resultFormats, index);
  }

  private static Format formatAt(List<Format> formats, int index) {
    return switch (formats.size()) {
      case 0 -> Format.TEXT;
      case 1 -> formats.getFirst();
      default -> formats.get(index);
    };
  }

  @Override
  public void encode(ByteBuf out) {
    int mark = WireWriter.begin(out, FrontendTag.BIND);
    WireWriter.writeString(out, portal);
    WireWriter.writeString(out, statement);
    encodeFormats(out, parameterFormats);
    out.writeShort(values.size());
    for (@Nullable Bytes value : values) {
      if (value == null) {
        out.writeInt(NULL_LENGTH);
      } else {
        out.writeInt(value.length());
        value.writeTo(out);
      }
    }
    encodeFormats(out, resultFormats);
    WireWriter.end(out, mark);
  }

  private static void encodeFormats(ByteBuf out, List<Format> formats) {
    out.writeShort(formats.size());
    formats.forEach(format -> out.writeShort(format.wire()));
  }
}
