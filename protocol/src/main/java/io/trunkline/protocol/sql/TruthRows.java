package io.trunkline.protocol.sql;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.ProtocolViolation;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Takes the rows that answer a [StateCheck], one by one, and keeps no more than is carried. For
/// one answer.
public final class TruthRows {
  /// A longer value pins its client.
  static final int VALUE_BYTES_MAX = 8 * 1024;

  /// So does more of all values together.
  static final int VALUES_BYTES_MAX = 64 * 1024;

  private static final int COLUMNS = 3;

  private final AskedSettings settings;
  private final Set<PinReason> asked;
  private final Set<PinReason> found;
  private final Map<String, String> values = new TreeMap<>();
  private int bytes;

  TruthRows(AskedSettings settings, Set<PinReason> asked, Set<PinReason> found) {
    this.settings = settings;
    this.asked = asked;
    this.found = EnumSet.noneOf(PinReason.class);
    this.found.addAll(found);
  }

  /// Reads the body of a DataRow (B): `Int16 columns`, then `Int32 length Byte[n]` per column, −1
  /// meaning NULL. The buffer is borrowed.
  public void onDataRow(ByteBuf body) {
    int columns = body.readableBytes() < 2 ? -1 : body.readShort();
    if (columns != COLUMNS) {
      throw new ProtocolViolation("DataRow of " + columns + " columns where 3 were asked for");
    }
    String kind = column(body);
    String name = column(body);
    String value = column(body);
    if (kind == null || kind.length() != 1) {
      throw new ProtocolViolation("DataRow without a kind");
    }
    onRow(kind.charAt(0), name, value);
  }

  private static @Nullable String column(ByteBuf body) {
    int length = body.readableBytes() < 4 ? Integer.MIN_VALUE : body.readInt();
    if (length == -1) {
      return null;
    } else if (length < 0 || length > body.readableBytes()) {
      throw new ProtocolViolation("DataRow with a column of length " + length);
    }
    return body.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
  }

  private void onRow(char kind, @Nullable String name, @Nullable String value) {
    if (kind != TruthQuery.SETTING) {
      PinReason reason = TruthQuery.reason(kind);
      if (reason == null) {
        throw new ProtocolViolation("DataRow of kind " + kind);
      }
      found.add(reason);
    } else if (name != null && value != null) {
      bytes += name.length() + value.length();
      if (value.length() > VALUE_BYTES_MAX || bytes > VALUES_BYTES_MAX) {
        found.add(PinReason.LARGE_SETTING);
      } else {
        values.put(SettingName.canonical(name), value);
      }
    }
  }

  /// What all rows say; to be asked for when the query has succeeded.
  public SessionTruth truth() {
    return new SessionTruth(settings, values, asked, found);
  }
}
