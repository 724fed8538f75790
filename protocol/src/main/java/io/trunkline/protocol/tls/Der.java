package io.trunkline.protocol.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// As much of DER (ITU-T X.690) as it takes to put a bare RSA or EC key into the envelope of
/// PKCS#8: `SEQUENCE { INTEGER 0, SEQUENCE { algorithm OID, parameters }, OCTET STRING { key } }`.
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  /// Explicitly tagged `[0]`: the curve, in an EC private key.
  private static final int CURVE = 0xa0;

  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  /// 1.2.840.113549.1.1.1 rsaEncryption, and the NULL parameters it wants.
  private static final byte[] RSA = {
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /// 1.2.840.10045.2.1 id-ecPublicKey; its parameters name the curve.
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private Der() {}

  static byte[] rsaKeyToPkcs8(byte[] pkcs1) {
    return tlv(SEQUENCE, VERSION_0, tlv(SEQUENCE, RSA), tlv(OCTET_STRING, pkcs1));
  }

  /// @throws IllegalArgumentException when the bytes are no ECPrivateKey, or one without its curve
  static byte[] ecKeyToPkcs8(byte[] sec1) {
    return tlv(SEQUENCE, VERSION_0, tlv(SEQUENCE, EC, curve(sec1)), tlv(OCTET_STRING, sec1));
  }

  private static byte[] curve(byte[] sec1) {
    ByteBuffer outer = ByteBuffer.wrap(sec1);
    if (tag(outer) != SEQUENCE) {
      throw new IllegalArgumentException("not a SEQUENCE");
    }
    ByteBuffer fields = value(outer);
    while (fields.hasRemaining()) {
      int tag = tag(fields);
      ByteBuffer value = value(fields);
      if (tag == CURVE) {
        byte[] curve = new byte[value.remaining()];
        value.get(curve);
        return curve;
      }
    }
    throw new IllegalArgumentException("it names no curve");
  }

  private static int tag(ByteBuffer in) {
    if (!in.hasRemaining()) {
      throw new IllegalArgumentException("cut short");
    }
    return in.get() & 0xff;
  }

  private static ByteBuffer value(ByteBuffer in) {
    int length = length(in);
    if (length > in.remaining()) {
      throw new IllegalArgumentException("cut short");
    }
    ByteBuffer value = in.slice(in.position(), length);
    in.position(in.position() + length);
    return value;
  }

  /// Short form below 128, else a count of one to three length bytes: keys are not larger.
  private static int length(ByteBuffer in) {
    int first = tag(in);
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count == 0 || count > 3) {
      throw new IllegalArgumentException("length of " + count + " bytes");
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = length << 8 | tag(in);
    }
    return length;
  }

  private static byte[] tlv(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    writeLength(out, length);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /// The shortest form there is: the only one DER allows.
  private static void writeLength(ByteArrayOutputStream out, int length) {
    if (length >= 0x80) {
      int count = length >= 1 << 16 ? 3 : length >= 1 << 8 ? 2 : 1;
      out.write(0x80 | count);
      for (int shift = 8 * (count - 1); shift > 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    out.write(length);
  }
}
