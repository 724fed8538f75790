package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.message.Bind.Format;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnTypeTest {

  /// The bytes are what PostgreSQL's `int4send`, `int8send` and `numeric_send` give.
  @ParameterizedTest
  @CsvSource({
    "INT4, 7, 0000000400000007",
    "INT4, -1, 00000004ffffffff",
    "INT8, 7, 000000080000000000000007",
    "NUMERIC, 0, 000000080000000000000000",
    "NUMERIC, 1, 0000000a00010000000000000001",
    "NUMERIC, 9999, 0000000a0001000000000000270f",
    "NUMERIC, 10000, 0000000c000200010000000000010000",
    "NUMERIC, -12345678, 0000000c000200014000000004d2162e",
    "TEXT, 7, 0000000137"
  })
  void binary_isPostgresqls(ColumnType type, long value, String hex) {
    assertThat(written(type, value, Format.BINARY)).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({"INT4, 7", "INT8, -12", "NUMERIC, 9223372036854775807", "TEXT, 0"})
  void text_isItsDigits(ColumnType type, long value) {
    String digits = Long.toString(value);
    StringBuilder hex = new StringBuilder("%08x".formatted(digits.length()));
    digits.chars().forEach(c -> hex.append("%02x".formatted(c)));
    assertThat(written(type, value, Format.TEXT)).isEqualTo(hex.toString());
  }

  private static String written(ColumnType type, long value, Format format) {
    ByteBuf out = Unpooled.buffer();
    type.write(out, value, format);
    return ByteBufUtil.hexDump(out);
  }
}
