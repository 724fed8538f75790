package io.trunkline.bench.demo;

import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;

/// What the running proxy says of the cluster; asked about once a second.
interface ProxyView {

  /// Every member in order of names.
  List<MemberLine> members();

  /// One member as the proxy sees it, with its pools summed up.
  ///
  /// @param role `primary`, `standby` or `unknown`
  /// @param reason why it gets no clients; empty when it may
  record MemberLine(
      String name,
      HostPort address,
      String role,
      boolean alive,
      int timeline,
      long lagBytes,
      Duration lag,
      Pools pools,
      String reason) {}

  /// Server connections to one member.
  ///
  /// @param open all of them
  /// @param used leased to a client
  /// @param waiting clients in the queue
  record Pools(int open, int used, int waiting) {}
}
