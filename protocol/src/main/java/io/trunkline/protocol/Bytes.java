package io.trunkline.protocol;

import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.util.Arrays;

/// An immutable sequence of bytes: a key, a salt, a hash, a binary value.
///
/// Most of what it holds is secret, so [#equals] takes the same time wherever two sequences of one
/// length differ, and [#toString()] tells the length alone.
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  public static Bytes of(byte[] content) {
    return new Bytes(content.clone());
  }

  /// Takes the next `count` bytes of `in`; the caller has checked that they are there.
  public static Bytes read(ByteBuf in, int count) {
    byte[] content = new byte[count];
    in.readBytes(content);
    return new Bytes(content);
  }

  public int length() {
    return content.length;
  }

  public byte[] toArray() {
    return content.clone();
  }

  public void writeTo(ByteBuf out) {
    out.writeBytes(content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && MessageDigest.isEqual(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return content.length + " bytes";
  }
}
