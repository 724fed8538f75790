package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The body of ErrorResponse and NoticeResponse: `(Byte1(type) String)* Byte1(0)`, in the order
/// they were sent. PostgreSQL docs, "Error and Notice Message Fields"; unknown types are kept.
public record ErrorFields(List<Field> fields) {
  public static final byte SEVERITY = 'S';
  public static final byte SEVERITY_NONLOCALIZED = 'V';
  public static final byte SQL_STATE = 'C';
  public static final byte MESSAGE = 'M';
  public static final byte DETAIL = 'D';
  public static final byte HINT = 'H';

  /// One field: what it is and what it says.
  public record Field(byte type, String value) {}

  public ErrorFields {
    fields = List.copyOf(fields);
  }

  /// The four fields every error of PostgreSQL has.
  static ErrorFields of(String severity, String sqlState, String message) {
    return new ErrorFields(
        List.of(
            new Field(SEVERITY, severity),
            new Field(SEVERITY_NONLOCALIZED, severity),
            new Field(SQL_STATE, sqlState),
            new Field(MESSAGE, message)));
  }

  static ErrorFields decode(ByteBuf body) {
    List<Field> fields = new ArrayList<>();
    for (byte type = WireReader.readByte(body); type != 0; type = WireReader.readByte(body)) {
      fields.add(new Field(type, WireReader.readString(body)));
    }
    return new ErrorFields(fields);
  }

  void encode(ByteBuf out, byte tag) {
    int mark = WireWriter.begin(out, tag);
    for (Field field : fields) {
      out.writeByte(field.type());
      WireWriter.writeString(out, field.value());
    }
    out.writeByte(0);
    WireWriter.end(out, mark);
  }

  ErrorFields with(byte type, String value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(type, value));
    return new ErrorFields(more);
  }

  ErrorFields withSeverity(String severity) {
    return new ErrorFields(
        fields.stream()
            .map(field ->
                field.type == SEVERITY || field.type == SEVERITY_NONLOCALIZED
                    ? new Field(field.type, severity)
                    : field)
            .toList());
  }

  /// The first field of this type.
  public Optional<String> get(byte type) {
    return fields.stream().filter(field -> field.type() == type).map(Field::value).findFirst();
  }

  /// ERROR, FATAL, PANIC, or WARNING and less: in English where the server says it (since 9.6).
  public String severity() {
    return get(SEVERITY_NONLOCALIZED).or(() -> get(SEVERITY)).orElse("");
  }

  /// The SQLSTATE, empty when the sender left it out.
  public String sqlState() {
    return get(SQL_STATE).orElse("");
  }

  /// The primary message, empty when the sender left it out.
  public String message() {
    return get(MESSAGE).orElse("");
  }
}
