package io.trunkline.conf.pgbouncer;

import io.trunkline.settings.HostPort;
import java.util.Map;

/// Translates `[peers]`: the processes that cancel requests are passed on to.
final class PeerLines {
  private PeerLines() {}

  static Draft.Section translate(
      Map<String, Assignments> peers, Assignments process, Report report) {
    Draft.Section section = new Draft.Section();
    section.set("self", Integer.toString(process.number("peer_id")), process.from("peer_id"));
    Draft.Section instances = section.section("instances");
    peers.forEach((id, peer) -> {
      String host = peer.text("host");
      int port = peer.number("port");
      if (host.isEmpty() || host.startsWith("/") || host.startsWith("@")) {
        report.lost(peer.place("host"), "a peer is reached by TCP only: it needs a host");
      } else if (port < 1 || port > 65_535) {
        report.mistake(peer.place("port"), "no such port", "1 to 65535");
      } else {
        instances.put(id, new Draft.Value(new HostPort(host, port).toString(), peer.from("host")));
      }
      peer.carry((_, _) -> {});
    });
    return section;
  }
}
