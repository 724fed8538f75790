package io.trunkline.bench.compare;

import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// HAProxy, which passes on bytes and has no pool: each client has a server connection of its own.
record HaProxy() implements Peer {
  /// Each takes two files, of which processes may often have no more than twenty thousand.
  private static final int CLIENTS_MAX = 9_900;

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public String program() {
    return "haproxy";
  }

  @Override
  public List<String> version(Path program) {
    return List.of(program.toString(), "-v");
  }

  /// It asks for no password itself, and its TLS is not PostgreSQL's.
  @Override
  public boolean can(Setup setup, Work work) {
    return setup.door() == Setup.Door.TRUST;
  }

  @Override
  public List<String> prepare(Path program, Site site) throws IOException {
    String text =
        """
        global
          maxconn %d
          nbthread %d
        defaults
          mode tcp
          timeout connect 5s
          timeout client 1h
          timeout server 1h
        frontend clients
          bind 127.0.0.1:%d
          default_backend servers
        backend servers
          server primary 127.0.0.1:%d
        """
            .formatted(CLIENTS_MAX, site.setup().loops(), site.port(), site.backendPort());
    Path file = Files.writeString(site.file("haproxy.cfg"), text);
    return List.of(program.toString(), "-db", "-f", file.toString());
  }
}
