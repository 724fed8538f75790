package io.trunkline.bench.compare;

import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// pgagroal, with a process for each client and its transaction pipeline.
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

  /// Its transaction pipeline has neither prepared statements nor TLS.
  @Override
  public boolean can(Setup setup, Work work) {
    return setup.door() == Setup.Door.TRUST && work != Work.PREPARED;
  }

  @Override
  public List<String> prepare(Path program, Site site) throws IOException {
    String text =
        """
        [pgagroal]
        host = 127.0.0.1
        port = %d
        unix_socket_dir = %s
        log_type = console
        log_level = warn
        max_connections = %d
        pipeline = transaction
        validation = off
        allow_unknown_users = true
        backlog = %d
        [primary]
        host = 127.0.0.1
        port = %d
        """
            .formatted(
                site.port(), site.directory(), Site.POOL_SIZE, CLIENTS_MAX, site.backendPort());
    Path file = Files.writeString(site.file("pgagroal.conf"), text);
    Path hba = Files.writeString(site.file("pgagroal_hba.conf"), "host all all all trust\n");
    Path limits =
        Files.writeString(
            site.file("pgagroal_databases.conf"),
            "%s %s %d %d %d\n"
                .formatted(
                    Site.LOGIN.database(),
                    Site.LOGIN.user(),
                    Site.POOL_SIZE,
                    Site.POOL_SIZE,
                    Site.POOL_SIZE));
    return new ArrayList<>(
        List.of(
            program.toString(),
            "-c",
            file.toString(),
            "-a",
            hba.toString(),
            "-l",
            limits.toString()));
  }
}
