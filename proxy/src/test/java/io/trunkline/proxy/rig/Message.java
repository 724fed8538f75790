package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/// One backend message as received, read only as far as a test asks. Formats: PostgreSQL docs,
/// "Message Formats".
public final class Message {
  /// What two runs of one script must agree on in an error; file, line and routine are left out
  /// because a proxy that answers for the server has none.
  private static final String COMPARED_ERROR_FIELDS = "SVCMDHPpqstcdn";

  private static final int SHOWN_BYTES_MAX = 200;

  private final char tag;
  private final byte[] body;

  public Message(char tag, byte[] body) {
    this.tag = tag;
    this.body = body;
  }

  public char tag() {
    return tag;
  }

  public byte[] body() {
    return body;
  }

  public int bodyBytes() {
    return body.length;
  }

  public boolean isError() {
    return tag == 'E';
  }

  public boolean isReady() {
    return tag == 'Z';
  }

  /// ReadyForQuery's status: I, T or E.
  public char status() {
    return (char) body[0];
  }

  public String commandTag() {
    return new Cursor().string();
  }

  /// ErrorResponse or NoticeResponse: field type to text.
  public Map<Character, String> fields() {
    Map<Character, String> fields = new LinkedHashMap<>();
    Cursor cursor = new Cursor();
    for (byte type = cursor.int8(); type != 0; type = cursor.int8()) {
      fields.put((char) type, cursor.string());
    }
    return fields;
  }

  public String sqlState() {
    return fields().getOrDefault('C', "?");
  }

  /// DataRow's values as text; NULL is null.
  public List<String> values() {
    Cursor cursor = new Cursor();
    int count = cursor.int16();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = cursor.int32();
      values.add(length < 0 ? null : new String(cursor.raw(length), UTF_8));
    }
    return values;
  }

  /// RowDescription's columns, each with the OID of its type.
  public Map<String, Integer> columns() {
    Cursor cursor = new Cursor();
    int count = cursor.int16();
    Map<String, Integer> columns = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String name = cursor.string();
      cursor.raw(Integer.BYTES + Short.BYTES); // the table, if it is of one
      columns.put(name, cursor.int32());
      cursor.raw(Short.BYTES + Integer.BYTES + Short.BYTES);
    }
    return columns;
  }

  /// ParameterStatus as `name=value`.
  public String parameter() {
    Cursor cursor = new Cursor();
    return cursor.string() + "=" + cursor.string();
  }

  /// NotificationResponse as `channel:payload`; the process id is another run's business.
  public String notification() {
    Cursor cursor = new Cursor();
    cursor.int32();
    return cursor.string() + ":" + cursor.string();
  }

  /// The message with everything taken out that may differ between two runs of one script.
  public String normal() {
    return switch (tag) {
      case 'K' -> "BackendKeyData";
      case 'A' -> "NotificationResponse " + notification();
      case 'E', 'N' -> name() + comparedFields();
      default -> toString();
    };
  }

  private String comparedFields() {
    return fields().entrySet().stream()
        .filter(field -> COMPARED_ERROR_FIELDS.indexOf(field.getKey()) >= 0)
        .map(field -> field.getKey() + "=" + field.getValue())
        .collect(Collectors.joining("|", "{", "}"));
  }

  @Override
  public String toString() {
    if (body.length > SHOWN_BYTES_MAX) {
      return "%s(%d bytes, crc %x)".formatted(name(), body.length, crc());
    }
    try {
      return decoded();
    } catch (IndexOutOfBoundsException | BufferUnderflowException hostile) {
      return name() + "(" + printable() + ")";
    }
  }

  private String decoded() {
    return switch (tag) {
      case 'Z' -> name() + "(" + status() + ")";
      case 'C' -> name() + "(" + commandTag() + ")";
      case 'E', 'N' -> name() + fields();
      case 'D' -> name() + values();
      case 'S' -> name() + "(" + parameter() + ")";
      case 'A' -> name() + "(" + notification() + ")";
      default -> name() + (body.length == 0 ? "" : "(" + printable() + ")");
    };
  }

  private long crc() {
    CRC32 crc = new CRC32();
    crc.update(body);
    return crc.getValue();
  }

  private String printable() {
    StringBuilder text = new StringBuilder();
    for (byte b : body) {
      text.append(b >= ' ' && b < 127 ? String.valueOf((char) b) : "\\%02x".formatted(b));
    }
    return text.toString();
  }

  private String name() {
    return switch (tag) {
      case 'R' -> "Authentication";
      case 'K' -> "BackendKeyData";
      case '1' -> "ParseComplete";
      case '2' -> "BindComplete";
      case '3' -> "CloseComplete";
      case 'C' -> "CommandComplete";
      case 'd' -> "CopyData";
      case 'c' -> "CopyDone";
      case 'G' -> "CopyInResponse";
      case 'H' -> "CopyOutResponse";
      case 'W' -> "CopyBothResponse";
      case 'D' -> "DataRow";
      case 'I' -> "EmptyQueryResponse";
      case 'E' -> "ErrorResponse";
      case 'V' -> "FunctionCallResponse";
      case 'v' -> "NegotiateProtocolVersion";
      case 'n' -> "NoData";
      case 'N' -> "NoticeResponse";
      case 'A' -> "NotificationResponse";
      case 't' -> "ParameterDescription";
      case 'S' -> "ParameterStatus";
      case 's' -> "PortalSuspended";
      case 'Z' -> "ReadyForQuery";
      case 'T' -> "RowDescription";
      default -> "Unknown<" + tag + ">";
    };
  }

  private final class Cursor {
    private final ByteBuffer in = ByteBuffer.wrap(body);

    byte int8() {
      return in.get();
    }

    int int16() {
      return in.getShort();
    }

    int int32() {
      return in.getInt();
    }

    byte[] raw(int length) {
      byte[] bytes = new byte[length];
      in.get(bytes);
      return bytes;
    }

    String string() {
      int start = in.position();
      int end = start;
      while (body[end] != 0) {
        end++;
      }
      in.position(end + 1);
      return new String(Arrays.copyOfRange(body, start, end), UTF_8);
    }
  }
}
