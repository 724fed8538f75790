package io.trunkline.conf.hba;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Addresses as files write them, and as PostgreSQL shows them.
final class Literals {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int IPV6_GROUPS = 8;

  private Literals() {}

  /// The address a text is; null when it is none. Asks nobody for names. A zone (`%eth0`) is of no
  /// account, as it is none in PostgreSQL's comparison. Leading zeros, which some read as octal
  /// numbers and some do not, make no address.
  static @Nullable InetAddress parse(String text) {
    int zone = text.indexOf('%');
    String plain = zone < 0 ? text : text.substring(0, zone);
    boolean six = plain.contains(":");
    if (!six && (zone >= 0 || !plain.matches("[0-9.]+") || plain.matches("(.*\\.)?0[0-9].*"))) {
      return null;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(plain);
      return six ? asIpv6(address) : address;
    } catch (IllegalArgumentException expected) {
      return null;
    }
  }

  /// What Java takes for an IPv4 address because it is mapped into IPv6.
  private static InetAddress asIpv6(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IPV6_BYTES) {
      return address;
    }
    byte[] mapped = new byte[IPV6_BYTES];
    Arrays.fill(mapped, IPV6_BYTES - IPV4_BYTES - 2, IPV6_BYTES - IPV4_BYTES, (byte) 0xff);
    System.arraycopy(bytes, 0, mapped, IPV6_BYTES - IPV4_BYTES, IPV4_BYTES);
    try {
      return Inet6Address.getByAddress(null, mapped, -1);
    } catch (UnknownHostException impossible) { // the length is right
      throw new IllegalStateException(impossible);
    }
  }

  /// As getnameinfo(3) writes it: RFC 5952, with mapped addresses as in section 5.
  static String text(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IPV4_BYTES) {
      return address.getHostAddress();
    }
    int[] groups = new int[IPV6_GROUPS];
    for (int i = 0; i < IPV6_GROUPS; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    if (isMapped(groups)) {
      return "::ffff:"
          + IntStream.range(IPV6_BYTES - IPV4_BYTES, IPV6_BYTES)
              .mapToObj(i -> Integer.toString(bytes[i] & 0xff))
              .collect(Collectors.joining("."));
    }
    int start = 0;
    int length = 1; // a single group of zeros is not shortened
    for (int i = 0; i < IPV6_GROUPS; i++) {
      int end = i;
      while (end < IPV6_GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    return length == 1
        ? hex(groups, 0, IPV6_GROUPS)
        : hex(groups, 0, start) + "::" + hex(groups, start + length, IPV6_GROUPS);
  }

  private static boolean isMapped(int[] groups) {
    return Arrays.stream(groups, 0, 5).allMatch(group -> group == 0) && groups[5] == 0xffff;
  }

  private static String hex(int[] groups, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Integer.toHexString(groups[i]))
        .collect(Collectors.joining(":"));
  }
}
