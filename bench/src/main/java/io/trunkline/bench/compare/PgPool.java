package io.trunkline.bench.compare;

import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Pgpool-II, with a process for each client. Its pool is that of sessions.
record PgPool() implements Peer {
  /// Processes, and so clients.
  private static final int CHILDREN = 64;

  @Override
  public String name() {
    return "pgpool2";
  }

  @Override
  public String program() {
    return "pgpool";
  }

  /// It asks a server more than the null server knows.
  @Override
  public boolean can(Setup setup, Work work) {
    return setup.door() == Setup.Door.TRUST && setup.backend() == Setup.Backend.POSTGRES;
  }

  @Override
  public List<String> prepare(Path program, Site site) throws IOException {
    String text =
        """
        backend_clustering_mode = 'raw'
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = '%s'
        pcp_socket_dir = '%s'
        pcp_listen_addresses = ''
        pid_file_name = '%s'
        logdir = '%s'
        backend_hostname0 = '127.0.0.1'
        backend_port0 = %d
        num_init_children = %d
        max_pool = 1
        enable_pool_hba = off
        connection_cache = on
        health_check_period = 0
        sr_check_period = 0
        """
            .formatted(
                site.port(),
                site.directory(),
                site.directory(),
                site.file("pgpool.pid"),
                site.directory(),
                site.backendPort(),
                CHILDREN);
    Path file = Files.writeString(site.file("pgpool.conf"), text);
    Path pcp = Files.writeString(site.file("pcp.conf"), "");
    Path hba = Files.writeString(site.file("pool_hba.conf"), "host all all all trust\n");
    return List.of(
        program.toString(),
        "-n",
        "-f",
        file.toString(),
        "-F",
        pcp.toString(),
        "-a",
        hba.toString());
  }
}
