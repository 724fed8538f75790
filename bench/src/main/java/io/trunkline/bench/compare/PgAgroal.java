package io.trunkline.bench.compare;

import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// pgagroal, with a process for each client and its session pipeline. That for transactions wants
/// users with passwords, encrypted by a key in the home of the account it runs as.
record PgAgroal() implements Peer {
  /// It forks for each client.
  private static final int CLIENTS_MAX = 300;

  @Override
  public String name() {
    return "pgagroal";
  }

  @Override
  public String program() {
    return "pgagroal";
  }

  @Override
  public boolean can(Setup setup, Work work) {
    return setup.door() == Setup.Door.TRUST;
  }

  @Override
  public List<String> prepare(Path program, Site site) throws IOException {
    Path sockets = Files.createDirectories(site.file("pgagroal"));
    Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxrwxrwx"));
    String text =
        """
        [pgagroal]
        host = 127.0.0.1
        port = %d
        unix_socket_dir = %s
        log_type = console
        log_level = warn
        max_connections = %d
        pipeline = session
        validation = off
        allow_unknown_users = true
        backlog = %d
        [primary]
        host = 127.0.0.1
        port = %d
        """
            .formatted(site.port(), sockets, CLIENTS_MAX, CLIENTS_MAX, site.backendPort());
    Path file = Files.writeString(site.file("pgagroal.conf"), text);
    Path hba = Files.writeString(site.file("pgagroal_hba.conf"), "host all all all trust\n");
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) { // it refuses to run as root
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    command.addAll(List.of(program.toString(), "-c", file.toString()));
    command.addAll(List.of("-a", hba.toString()));
    return command;
  }
}
