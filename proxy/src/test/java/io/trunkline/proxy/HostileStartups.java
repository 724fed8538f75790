package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.header;
import static io.trunkline.proxy.rig.Frontend.int32;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.startup;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.proxy.rig.Frontend;
import java.util.LinkedHashMap;
import java.util.Map;

/// First packets no honest client sends.
final class HostileStartups {
  private HostileStartups() {}

  /// None of them may lead to a session; a server may explain itself or just hang up.
  static Map<String, byte[]> refused() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
    all.put("zeros", new byte[1000]);
    all.put("ones", filled(1000, 0xff));
    all.put("length 0", concat(int32(0), int32(Frontend.V3_0)));
    all.put("length 4", int32(4));
    all.put("length 7", concat(int32(7), new byte[3]));
    all.put("length 8, no terminator", concat(int32(8), int32(Frontend.V3_0)));
    all.put("negative length", concat(int32(-1), int32(Frontend.V3_0)));
    all.put("smallest length", concat(int32(Integer.MIN_VALUE), int32(Frontend.V3_0)));
    all.put("length 10001", concat(int32(10_001), int32(Frontend.V3_0), new byte[9_993]));
    all.put("length 2 GB", concat(int32(Integer.MAX_VALUE), int32(Frontend.V3_0)));
    all.put("protocol 2.0", startup(2 << 16, user()));
    all.put("protocol 4.0", startup(4 << 16, user()));
    all.put("protocol 0.0", startup(0, user()));
    all.put("unknown request code", concat(int32(8), int32((1234 << 16) | 5700)));
    all.put("no user", startup(Frontend.V3_0, Map.of("database", "app")));
    all.put("empty user", startup(Frontend.V3_0, Map.of("user", "", "database", "app")));
    all.put("no parameters", startup(Frontend.V3_0, Map.of()));
    all.put("name without value", raw("user\0app\0database\0"));
    all.put("no last terminator", raw("user\0app\0"));
    all.put("unended name", raw("user\0app\0databas"));
    all.put("bytes behind the terminator", raw("user\0app\0\0more\0\0"));
    all.put("unknown parameter", startup(Frontend.V3_0, with("nonsense", "1")));
    all.put("bad value", startup(Frontend.V3_0, with("TimeZone", "Nowhere/Land")));
    all.put("bad options", startup(Frontend.V3_0, with("options", "-c =")));
    all.put("replication of what", startup(Frontend.V3_0, with("replication", "perhaps")));
    all.put("unknown database", startup(Frontend.V3_0, with("database", "no such")));
    all.put("a query first", query("SELECT 1"));
    all.put("a password first", Frontend.password("app"));
    all.put("TLS out of the blue", tlsHello());
    all.put(
        "TLS request, then plain", concat(Frontend.sslRequest(), startup(Frontend.V3_0, user())));
    all.put("header of a message", header('Q', 1 << 30));
    return all;
  }

  static Map<String, String> user() {
    Map<String, String> user = new LinkedHashMap<>();
    user.put("user", "app");
    user.put("database", "app");
    return user;
  }

  static Map<String, String> with(String name, String value) {
    Map<String, String> user = user();
    user.put(name, value);
    return user;
  }

  private static byte[] raw(String parameters) {
    byte[] bytes = parameters.getBytes(UTF_8);
    return concat(int32(8 + bytes.length), int32(Frontend.V3_0), bytes);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /// The beginning of a ClientHello (RFC 8446, section 4.1.2).
  private static byte[] tlsHello() {
    return concat(
        new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xfc}, filled(508, 3));
  }
}
