package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Odyssey, from 1.3 on.
record Odyssey() implements Peer {
  @Override
  public String name() {
    return "odyssey";
  }

  @Override
  public String program() {
    return "odyssey";
  }

  @Override
  public List<String> prepare(Path program, Site site) throws IOException {
    String tls =
        site.isTls()
            ? "tls \"require\"\n tls_cert_file \"%s\"\n tls_key_file \"%s\""
                .formatted(site.certificate(), site.key())
            : "tls \"disable\"";
    String authentication =
        site.asksPassword()
            ? "authentication \"scram-sha-256\"\n password \"%s\"".formatted(site.verifier())
            : "authentication \"none\"";
    String text =
        """
        daemonize no
        log_to_stdout yes
        log_debug no
        log_session no
        log_query no
        log_stats no
        workers %d
        client_max %d
        listen {
         host "127.0.0.1"
         port %d
         backlog 4096
         %s
        }
        storage "server" {
         type "remote"
         host "127.0.0.1"
         port %d
        }
        database default {
         user default {
          %s
          storage "server"
          pool "%s"
          pool_size %d
          pool_reserve_prepared_statement yes
          pool_discard no
          pool_rollback yes
         }
        }
        """
            .formatted(
                site.setup().loops(),
                Site.CLIENTS_MAX,
                site.port(),
                tls,
                site.backendPort(),
                authentication,
                site.setup().modeName(),
                site.setup().poolSize());
    return List.of(
        program.toString(), Files.writeString(site.file("odyssey.conf"), text).toString());
  }
}
