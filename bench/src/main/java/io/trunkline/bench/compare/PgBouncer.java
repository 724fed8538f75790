package io.trunkline.bench.compare;

import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// PgBouncer, from 1.18 on.
///
/// @param preparesStatements whether it is 1.21 or newer, and knows prepared statements in
///   transaction mode
record PgBouncer(boolean preparesStatements) implements Peer {
  static final String NAME = "pgbouncer";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String program() {
    return "pgbouncer";
  }

  @Override
  public boolean can(Setup setup, Work work) {
    return work != Work.PREPARED || preparesStatements || setup.mode() == Setup.Mode.SESSION;
  }

  @Override
  public List<String> prepare(Path program, Site site) throws IOException {
    Path users =
        Files.writeString(
            site.file("users.txt"),
            "\"%s\" \"%s\"%n".formatted(Site.LOGIN.user(), site.verifier()));
    String text =
        """
        [databases]
        * = host=127.0.0.1 port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        listen_backlog = 4096
        auth_type = %s
        auth_file = %s
        pool_mode = %s
        default_pool_size = %d
        max_client_conn = %d
        log_connections = 0
        log_disconnections = 0
        server_tls_sslmode = disable
        """
            .formatted(
                site.backendPort(),
                site.port(),
                site.asksPassword() ? "scram-sha-256" : "trust",
                users,
                site.setup().modeName(),
                site.setup().poolSize(),
                Site.CLIENTS_MAX);
    if (preparesStatements) {
      text += "max_prepared_statements = 200\n";
    }
    if (site.isTls()) {
      text +=
          "client_tls_sslmode = require\nclient_tls_cert_file = %s\nclient_tls_key_file = %s\n"
              .formatted(site.certificate(), site.key());
    }
    Path file = Files.writeString(site.file("pgbouncer.ini"), text);
    List<String> command = new ArrayList<>(List.of(program.toString(), file.toString()));
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(1, List.of("-u", "nobody")); // it refuses to run as root
    }
    return command;
  }
}
