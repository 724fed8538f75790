package io.trunkline.proxy.access;

import io.trunkline.conf.hba.Outside;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.login.Claim;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What lies outside the HBA file, as seen for one client at a time. Thread-safe.
final class Outsiders {
  private final Groups groups;
  private final HostNames names;

  Outsiders(Groups groups, NanoTime clock) {
    this(groups, new HostNames(HostNames.Service.ofSystem(), clock));
  }

  Outsiders(Groups groups, HostNames names) {
    this.groups = groups;
    this.names = names;
  }

  /// @param claim says where to ask about groups
  Outside of(Claim claim) {
    return new Outside() {
      @Override
      public boolean isMember(String user, String group) throws Unanswered {
        return groups.of(new Claim(claim.cluster(), claim.database(), user)).contains(group);
      }

      @Override
      public @Nullable String hostName(InetAddress client) {
        return names.of(client);
      }

      @Override
      public List<InterfaceAddress> own() {
        return ownAddresses();
      }
    };
  }

  private static List<InterfaceAddress> ownAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(network -> network.getInterfaceAddresses().stream())
          .toList();
    } catch (SocketException failure) {
      throw new IllegalStateException("the addresses of this host are not known", failure);
    }
  }
}
