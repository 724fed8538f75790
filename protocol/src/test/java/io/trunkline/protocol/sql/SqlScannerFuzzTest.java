package io.trunkline.protocol.sql;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assertions;

class SqlScannerFuzzTest {
  private final SqlScanner scanner = new SqlScanner();

  /// A text read alone and inside of others says the same, with and without its names; options
  /// never fail either.
  @FuzzTest(maxDuration = "1m")
  void scan_anyBytes_isTheSameAnywhere(byte[] bytes) {
    ByteBuf alone = Unpooled.wrappedBuffer(bytes);
    ByteBuf among = Unpooled.buffer(bytes.length + 20).writeBytes(new byte[] {'E', '\\', '\''});
    among.writeBytes(bytes).writeBytes(new byte[] {'\'', '"', '$', '$'});
    int effects = scanner.scan(alone, 0, bytes.length);
    Assertions.assertEquals(effects, scanner.scan(among, 3, 3 + bytes.length));
    ScannedStatements statements = scanner.describe(among, 3, 3 + bytes.length);
    Assertions.assertEquals(effects, statements.effects());
    for (StatementName name : statements.deallocated()) {
      Assertions.assertTrue(name.start() >= 3 && name.start() < name.end());
      Assertions.assertTrue(name.end() <= 3 + bytes.length);
    }
    StartupOptions options = StartupOptions.parse(new String(bytes, StandardCharsets.ISO_8859_1));
    Assertions.assertNotNull(options);
  }
}
