package io.trunkline.conf.hba;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Compares addresses by their first bits.
final class Bits {
  private Bits() {}

  /// As many leading ones as asked for, as long as this address.
  static InetAddress mask(InetAddress like, int bits) {
    byte[] mask = new byte[like.getAddress().length];
    for (int i = 0; i < bits && i < mask.length * 8; i++) {
      mask[i / 8] |= (byte) (0x80 >> (i % 8));
    }
    try {
      return mask.length == 16
          ? Inet6Address.getByAddress(null, mask, -1) // one that looks like a mapped IPv4 as well
          : InetAddress.getByAddress(mask);
    } catch (UnknownHostException impossible) { // the length is that of an address
      throw new IllegalStateException(impossible);
    }
  }

  static boolean agree(byte[] one, byte[] other, byte[] mask) {
    if (one.length != other.length || mask.length != one.length) {
      return false;
    }
    for (int i = 0; i < mask.length; i++) {
      if (((one[i] ^ other[i]) & mask[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
