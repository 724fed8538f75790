package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Frontend messages as bytes, written straight from the PostgreSQL docs, "Message Formats".
///
/// On purpose it shares nothing with the product's codec: the tests check one against the other.
public final class Frontend {
  public static final int V3_0 = 3 << 16;
  public static final int V3_2 = (3 << 16) | 2;

  /// The minor version libpq uses to make sure servers negotiate ("protocol grease").
  public static final int V3_GREASE = (3 << 16) | 9999;

  private static final int CANCEL_REQUEST = (1234 << 16) | 5678;
  private static final int SSL_REQUEST = (1234 << 16) | 5679;
  private static final int GSSENC_REQUEST = (1234 << 16) | 5680;

  private Frontend() {}

  public static byte[] startup(int version, Map<String, String> parameters) {
    Body body = new Body().int32(version);
    parameters.forEach((name, value) -> body.string(name).string(value));
    return untagged(body.int8(0).bytes());
  }

  public static byte[] sslRequest() {
    return untagged(new Body().int32(SSL_REQUEST).bytes());
  }

  public static byte[] gssEncRequest() {
    return untagged(new Body().int32(GSSENC_REQUEST).bytes());
  }

  public static byte[] cancelRequest(int pid, byte[] key) {
    return untagged(new Body().int32(CANCEL_REQUEST).int32(pid).raw(key).bytes());
  }

  public static byte[] query(String sql) {
    return tagged('Q', new Body().string(sql));
  }

  public static byte[] parse(String statement, String sql, int... parameterOids) {
    Body body = new Body().string(statement).string(sql).int16(parameterOids.length);
    Arrays.stream(parameterOids).forEach(body::int32);
    return tagged('P', body);
  }

  /// Bind with text parameters and text results; a null value is NULL.
  public static byte[] bind(String portal, String statement, String... values) {
    Body body = new Body().string(portal).string(statement).int16(0).int16(values.length);
    for (String value : values) {
      body.value(value == null ? null : value.getBytes(UTF_8));
    }
    return tagged('B', body.int16(0));
  }

  /// Bind with binary parameters and binary results.
  public static byte[] bindBinary(String portal, String statement, List<byte[]> values) {
    Body body = new Body().string(portal).string(statement).int16(1).int16(1);
    body.int16(values.size());
    values.forEach(body::value);
    return tagged('B', body.int16(1).int16(1));
  }

  public static byte[] describeStatement(String name) {
    return tagged('D', new Body().int8('S').string(name));
  }

  public static byte[] describePortal(String name) {
    return tagged('D', new Body().int8('P').string(name));
  }

  public static byte[] execute(String portal, int rowsMax) {
    return tagged('E', new Body().string(portal).int32(rowsMax));
  }

  public static byte[] closeStatement(String name) {
    return tagged('C', new Body().int8('S').string(name));
  }

  public static byte[] closePortal(String name) {
    return tagged('C', new Body().int8('P').string(name));
  }

  public static byte[] flush() {
    return tagged('H', new Body());
  }

  public static byte[] sync() {
    return tagged('S', new Body());
  }

  public static byte[] terminate() {
    return tagged('X', new Body());
  }

  public static byte[] copyData(String text) {
    return tagged('d', new Body().raw(text.getBytes(UTF_8)));
  }

  public static byte[] copyDone() {
    return tagged('c', new Body());
  }

  public static byte[] copyFail(String reason) {
    return tagged('f', new Body().string(reason));
  }

  /// FunctionCall with binary arguments and a binary result.
  public static byte[] functionCall(int oid, byte[]... arguments) {
    Body body = new Body().int32(oid).int16(1).int16(1).int16(arguments.length);
    Arrays.stream(arguments).forEach(body::value);
    return tagged('F', body.int16(1));
  }

  public static byte[] password(String text) {
    return tagged('p', new Body().string(text));
  }

  public static byte[] saslInitialResponse(String mechanism, byte[] response) {
    return tagged('p', new Body().string(mechanism).value(response));
  }

  public static byte[] saslResponse(byte[] response) {
    return tagged('p', new Body().raw(response));
  }

  /// Any bytes under any tag, with a true length.
  public static byte[] message(char tag, byte[] body) {
    return tagged(tag, new Body().raw(body));
  }

  /// A header alone, with whatever length one likes to claim.
  public static byte[] header(char tag, int length) {
    return new Body().int8(tag).int32(length).bytes();
  }

  public static byte[] int32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  public static byte[] concat(byte[]... parts) {
    Body all = new Body();
    Arrays.stream(parts).forEach(all::raw);
    return all.bytes();
  }

  private static byte[] tagged(char tag, Body body) {
    byte[] bytes = body.bytes();
    return new Body().int8(tag).int32(4 + bytes.length).raw(bytes).bytes();
  }

  /// Startup packets have no tag, "for historical reasons".
  private static byte[] untagged(byte[] body) {
    return new Body().int32(4 + body.length).raw(body).bytes();
  }

  private static final class Body {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Body int8(int value) {
      out.write(value);
      return this;
    }

    Body int16(int value) {
      return int8(value >> 8).int8(value);
    }

    Body int32(int value) {
      return int16(value >> 16).int16(value);
    }

    Body raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    Body string(String text) {
      return raw(text.getBytes(UTF_8)).int8(0);
    }

    Body value(byte[] bytes) {
      return bytes == null ? int32(-1) : int32(bytes.length).raw(bytes);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
