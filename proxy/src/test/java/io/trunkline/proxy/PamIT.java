package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.at;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static io.trunkline.proxy.AuthQueryScene.refusal;
import static io.trunkline.proxy.AuthQueryScene.whoAmI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients about whom the system's own modules decide: one that lets in whom a program lets in, one
/// that lets in everybody and one nobody. Their files can only be made by root.
class PamIT {
  private static final Path SERVICES = Path.of("/etc/pam.d");
  private static final String NAME = "trunkline-test-" + ProcessHandle.current().pid();

  /// Says yes to alice from 127.0.0.1 with her password, which it reads up to its NUL.
  private static final String PROGRAM =
      """
      #!/bin/sh
      [ "$PAM_USER" = alice ] && [ "$PAM_RHOST" = "$1" ] && [ "$(tr -d '\\000')" = 'pässword' ]
      """;

  @TempDir private static Path files;

  private static EmbeddedServer server;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws IOException, SQLException {
    boolean can =
        Files.isWritable(SERVICES)
            && Stream.of("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/lib/x86_64-linux-gnu")
                .anyMatch(lib -> Files.exists(Path.of(lib, "security/pam_exec.so")));
    assumeTrue(can, "PAM is not here, or its services cannot be made: that takes root");
    Path program = Files.writeString(files.resolve("judge"), PROGRAM);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    String exec = "auth required pam_exec.so expose_authtok quiet " + program;
    service("address", exec + " 127.0.0.1\naccount required pam_permit.so\n");
    service("name", exec + " localhost\naccount required pam_permit.so\n");
    service("locked", exec + " 127.0.0.1\naccount required pam_deny.so\n");
    service("any", "auth required pam_permit.so\naccount required pam_permit.so\n");
    server = newServer(ServerOptions.newest());
    server.execute("ALTER ROLE alice PASSWORD 'pässword'");
    for (String database : new String[] {"named", "locked", "open", "missing"}) {
      server.execute("CREATE DATABASE " + database);
    }
    proxy =
        Configured.start(
            """
            listeners: [{ address: 127.0.0.1, port: 0, role: any }]
            clusters:
              main:
                members: ['127.0.0.1:%d']
                probe: { user: probe, interval: 100ms, timeout: 500ms }
            databases: { %s: {}, '*': {} }
            admin: { users: { bob: { role: admin } } }
            auth:
              hba:
              - 'host named all all pam pamservice=%s-name pam_use_hostname=1'
              - 'host locked all all pam pamservice=%s-locked'
              - 'host open,trunkline all all pam pamservice=%s-any'
              - 'host missing all all pam pamservice=%s-none'
              - 'host all all all pam pamservice=%s-address'
            """
                .formatted(server.port(), DATABASE, NAME, NAME, NAME, NAME, NAME));
  }

  private static void service(String name, String lines) throws IOException {
    Path file = Files.writeString(SERVICES.resolve(NAME + "-" + name), lines);
    file.toFile().deleteOnExit();
  }

  @AfterAll
  static void stop() throws IOException {
    for (String name : new String[] {"address", "name", "locked", "any"}) {
      Files.deleteIfExists(SERVICES.resolve(NAME + "-" + name));
    }
    if (proxy != null) {
      proxy.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static String said(Endpoint endpoint) throws IOException {
    var error = refusal(endpoint);
    return error.sqlState() + " " + error.fields().get('M');
  }

  private static final String NO = "28000 PAM authentication failed for user ";

  @Test
  void login_rightPassword_opensTheServerToo() throws IOException {
    assertThat(whoAmI(at(proxy, "alice", "pässword"))).isEqualTo("alice");
  }

  @Test
  void login_nameOfTheHost_isToldWhereItIsWanted() throws IOException {
    assertThat(whoAmI(at(proxy, "alice", "pässword").inDatabase("named"))).isEqualTo("alice");
  }

  @Test
  void login_wrongPasswordOrUser_isToldAsPostgresDoes() throws IOException {
    assertThat(said(at(proxy, "alice", "wrong"))).isEqualTo(NO + "\"alice\"");
    assertThat(said(at(proxy, "nobody", "pässword"))).isEqualTo(NO + "\"nobody\"");
    assertThat(said(at(proxy, "alice", "x".repeat(600)))).isEqualTo(NO + "\"alice\"");
    assertThat(said(at(proxy, "alice", ""))).startsWith("28P01 empty password");
  }

  @Test
  void login_lockedAccountOrNoService_isRefused() throws IOException {
    assertThat(said(at(proxy, "alice", "pässword").inDatabase("locked"))).startsWith(NO);
    assertThat(said(at(proxy, "alice", "pässword").inDatabase("missing"))).startsWith(NO);
  }

  /// A service that lets in everybody does not open the console to everybody.
  @Test
  void console_userOfTheSystem_needsARoleThere() throws IOException {
    assertThat(said(at(proxy, "alice", "any").inDatabase("trunkline"))).startsWith(NO);
    try (var client =
        io.trunkline.proxy.rig.RawClient.login(at(proxy, "bob", "any").inDatabase("trunkline"))) {
      assertThat(client.query("SHOW VERSION").value()).isNotEmpty();
    }
  }

  @Test
  void login_manyAtOnce_eachHasItsOwnAnswer() throws Exception {
    CountDownLatch begin = new CountDownLatch(1);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          IntStream.range(0, 24)
              .<Future<String>>mapToObj(i ->
                  clients.submit(() -> {
                    begin.await();
                    return i % 2 == 0
                        ? whoAmI(at(proxy, "alice", "pässword"))
                        : said(at(proxy, "alice", "wrong" + i));
                  }))
              .toList();
      begin.countDown();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo(i % 2 == 0 ? "alice" : NO + "\"alice\"");
      }
    }
  }
}
