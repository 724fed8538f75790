package io.trunkline.conf.hba;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.util.Locale;

/// Which addresses a line is about (`parse_hba_line` and `check_hba` in PostgreSQL's hba.c).
sealed interface AddressMatch {

  boolean matches(InetAddress client, Outside outside);

  /// Whether it is decided by comparing bytes.
  default boolean isQuick() {
    return true;
  }

  record All() implements AddressMatch {
    @Override
    public boolean matches(InetAddress client, Outside outside) {
      return true;
    }
  }

  /// A network of addresses.
  record Network(InetAddress address, InetAddress mask) implements AddressMatch {
    @Override
    public boolean matches(InetAddress client, Outside outside) {
      return Bits.agree(client.getAddress(), address.getAddress(), mask.getAddress());
    }
  }

  /// An address of this host, or one in its networks.
  record Own(Reach reach) implements AddressMatch {
    @Override
    public boolean matches(InetAddress client, Outside outside) {
      for (InterfaceAddress own : outside.own()) {
        byte[] address = own.getAddress().getAddress();
        int bits = reach == Reach.HOST ? address.length * 8 : own.getNetworkPrefixLength();
        byte[] mask = Bits.mask(own.getAddress(), bits).getAddress();
        if (Bits.agree(client.getAddress(), address, mask)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean isQuick() {
      return false;
    }
  }

  /// How far `samehost` and `samenet` reach.
  enum Reach {
    HOST,
    NETWORK
  }

  /// A host by its name, or all hosts below a domain that begins with a dot.
  record Name(String name) implements AddressMatch {
    @Override
    public boolean matches(InetAddress client, Outside outside) {
      String found = outside.hostName(client);
      if (found == null) {
        return false;
      }
      return name.startsWith(".")
          ? found.toLowerCase(Locale.ROOT).endsWith(name.toLowerCase(Locale.ROOT))
          : found.equalsIgnoreCase(name);
    }

    @Override
    public boolean isQuick() {
      return false;
    }
  }
}
