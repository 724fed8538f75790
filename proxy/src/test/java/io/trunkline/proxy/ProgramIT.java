package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.TlsDial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The process: its signals, its log, its exit status.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ProgramIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private final Postgres postgres = Postgres.shared();

  private Program program(String more) throws IOException {
    Path file = directory.resolve("trunkline.yml");
    Files.writeString(
        file,
        """
        listeners:
          - address: 127.0.0.1
            port: 0
            tls: { mode: prefer, cert_file: main.crt, key_file: main.key }
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, password: probe, database: postgres }
        users: { app: { password: app } }
        auth: { method: trust }
        %s
        """
            .formatted(postgres.app().port(), more));
    return Program.run(file, 1);
  }

  private Endpoint at(Program program) {
    return postgres.app().onPort(program.port(0));
  }

  private X509Certificate shown(Program program) throws IOException {
    try (RawClient client = TlsDial.anonymous().ask(at(program))) {
      return client.serverCertificate();
    }
  }

  @Test
  void hangup_renewedCertificate_isShown_badOneIsNot() throws Exception {
    Authority authority = new Authority("Test CA");
    X509Bundle before = authority.host("127.0.0.1");
    X509Bundle after = authority.host("127.0.0.1");
    Authority.write(directory, "main", before);
    try (Program program = program("")) {
      assertThat(shown(program)).isEqualTo(before.getCertificate());
      Authority.write(directory, "main", after);
      program.signal("HUP");
      Await.until(SOON, "it is read", () -> shown(program).equals(after.getCertificate()));
      Files.writeString(directory.resolve("main.crt"), "nothing of use");
      program.signal("HUP");
      assertThat(program.awaitLine("nothing is reloaded"))
          .contains("listeners[0].tls.cert_file", "main.crt: no certificate in it");
      assertThat(shown(program)).isEqualTo(after.getCertificate());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void stop_clientInATransaction_mayEndIt(String signal) throws Exception {
    Authority.write(directory, "main", new Authority("Test CA").host("127.0.0.1"));
    try (Program program = program("");
        RawClient client = RawClient.login(at(program))) {
      client.query("BEGIN");
      program.signal(signal);
      program.awaitLine("stopping: transactions may end within 30 s");
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      client.query("COMMIT");
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("57P01");
      assertThat(program.awaitEnd()).isZero();
    }
  }

  @Test
  void stop_twice_endsAtOnce() throws Exception {
    Authority.write(directory, "main", new Authority("Test CA").host("127.0.0.1"));
    try (Program program = program("runtime: { drain_timeout: 1h }");
        RawClient client = RawClient.login(at(program))) {
      client.query("BEGIN");
      program.signal("TERM");
      program.awaitLine("stopping: transactions may end within 3600 s");
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      program.signal("TERM");
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("57P01");
      assertThat(program.awaitEnd()).isZero();
    }
  }

  @Test
  void log_jsonAndDebug_isWrittenSo() throws Exception {
    Authority.write(directory, "main", new Authority("Test CA").host("127.0.0.1"));
    try (Program program = program("log: { level: debug, format: json }")) {
      try (RawClient client = RawClient.login(at(program))) {
        client.query("SELECT 1");
      }
      program.signal("TERM");
      assertThat(program.awaitEnd()).isZero();
      assertThat(program.lines())
          .allMatch(line -> line.startsWith("{\"time\":\"2") && line.endsWith("\"}"))
          .anyMatch(line -> line.contains("\"level\":\"debug\""))
          .anyMatch(line -> line.contains("\"message\":\"listening on "));
    }
  }
}
