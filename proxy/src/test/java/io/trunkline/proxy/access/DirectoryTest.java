package io.trunkline.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.HbaFiles;
import io.trunkline.conf.Surroundings;
import io.trunkline.conf.hba.AccessReader;
import io.trunkline.conf.hba.LdapOptions;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.Judgement;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a directory says of names and passwords, by each way of asking it.
class DirectoryTest {
  private static final String SIMPLE = "ldapprefix=uid= ldapsuffix=\",dc=example,dc=com\"";
  private static final String SEARCH =
      "ldapbasedn=\"dc=example,dc=com\" ldapbinddn=cn=searcher ldapbindpasswd=searches";

  @TempDir private static Path files;

  private static TestDirectory directory;

  @BeforeAll
  static void start() throws IOException {
    Authority authority = new Authority("Directory CA");
    directory = new TestDirectory(authority);
    authority.writeRoots(files.resolve("ca.crt"));
    new Authority("Another CA").writeRoots(files.resolve("other.crt"));
  }

  @AfterAll
  static void stop() {
    directory.close();
  }

  private static LdapOptions options(String text) {
    var sources =
        new AccessReader.Sources(
            Path.of("/test.yml"), "hba", List.of("host all all all ldap " + text), null, null);
    return switch (new AccessReader(new HbaFiles(Surroundings.ofProcess())).read(sources)) {
      case AccessReader.Result.Ok(var rules) ->
          Objects.requireNonNull(rules.rules().getFirst().options().ldap());
      case AccessReader.Result.Bad(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  private static Judgement judge(String text, String roots, String user, String password) {
    String filled =
        text.replace("SIMPLE", SIMPLE)
            .replace("SEARCH", SEARCH)
            .replace("TLSPORT", "" + directory.tlsPort())
            .replace("PORT", "" + directory.port());
    var bounds = new Directory.Bounds(files.resolve(roots), Duration.ofSeconds(5));
    return new Directory(options(filled), bounds, NanoTime.SYSTEM).judge(user, Secret.of(password));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "ldapserver=127.0.0.1 ldapport=PORT SIMPLE",
        "ldapserver=127.0.0.1 ldapport=PORT SIMPLE ldaptls=1",
        "ldapserver=127.0.0.1 ldapport=TLSPORT SIMPLE ldapscheme=ldaps",
        "ldapserver=127.0.0.1 ldapport=PORT SEARCH",
        "ldapserver=127.0.0.1 ldapport=PORT SEARCH ldapsearchattribute=uid",
        "ldapserver=127.0.0.1 ldapport=PORT SEARCH ldapsearchfilter=\"(|(uid=$username)(x=y))\"",
        "SEARCH ldapurl=\"ldap://127.0.0.1:PORT/dc=example,dc=com?uid?sub\"",
        "SEARCH ldapurl=\"ldaps://127.0.0.1:TLSPORT/dc=example,dc=com?uid?one\"",
        "SEARCH ldapurl=\"ldap://127.0.0.1:PORT/dc=example,dc=com??sub?(uid=$username)\"",
        "ldapserver=\"127.0.0.1:1 127.0.0.1:PORT\" SIMPLE"
      })
  void judge_everyWayToAsk_knowsPasswords(String way) {
    assertThat(judge(way, "ca.crt", "alice", "ldap-alice")).isEqualTo(new Judgement.Right());
    assertThat(judge(way, "ca.crt", "o,dd \"(*)", "ldap-odd")).isEqualTo(new Judgement.Right());
    for (String[] wrong :
        new String[][] {
          {"alice", "ldap-bob"},
          {"alice", ""},
          {"nobody", "ldap-alice"},
          {"*", "ldap-alice"},
          {"alice)(uid=*", "ldap-alice"},
          {"alice,dc=example,dc=com", "ldap-alice"},
          {"", "ldap-alice"}
        }) {
      assertThat(judge(way, "ca.crt", wrong[0], wrong[1]))
          .as(wrong[0] + " " + wrong[1])
          .isInstanceOf(Judgement.Wrong.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ldapserver=127.0.0.1 ldapport=PORT SIMPLE ldaptls=1",
    "ldapserver=127.0.0.1 ldapport=TLSPORT SIMPLE ldapscheme=ldaps"
  })
  void judge_certificateOfAStranger_isNotTrusted(String way) {
    assertThat(judge(way, "other.crt", "alice", "ldap-alice")).isInstanceOf(Judgement.Wrong.class);
  }

  /// The certificate is for 127.0.0.1 alone.
  @Test
  void judge_certificateForAnotherHost_isNotTrusted() {
    assertThat(
            judge(
                "ldapserver=localhost ldapport=TLSPORT SIMPLE ldapscheme=ldaps",
                "ca.crt",
                "alice",
                "ldap-alice"))
        .isInstanceOf(Judgement.Wrong.class);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "ldapserver=127.0.0.1 ldapport=PORT SEARCH ldapsearchattribute=mail, shared@example.com",
        "`ldapserver=127.0.0.1 ldapport=PORT ldapbasedn=\"dc=example,dc=com\"`, alice",
        "ldapserver=127.0.0.1 ldapport=1 SIMPLE, alice"
      })
  void judge_nobodyInParticular_isWrong(String way, String user) {
    assertThat(judge(way, "ca.crt", user, "ldap-alice")).isInstanceOf(Judgement.Wrong.class);
  }

  /// A directory that says nothing costs so much time and no more.
  @Test
  void judge_silentDirectory_endsInTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var bounds = new Directory.Bounds(null, Duration.ofMillis(300));
      var options =
          options("ldapserver=127.0.0.1 ldapport=" + silent.getLocalPort() + " " + SIMPLE);
      assertThat(new Directory(options, bounds, NanoTime.SYSTEM).judge("a", Secret.of("b")))
          .isInstanceOf(Judgement.Wrong.class);
    }
  }
}
