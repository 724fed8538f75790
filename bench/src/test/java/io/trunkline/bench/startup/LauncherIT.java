package io.trunkline.bench.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.bench.startup.Checkout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `./trunkline` as a user meets it, with the proxy that this build has packaged.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LauncherIT {
  private static final Map<String, String> NOTHING = Map.of();

  @TempDir private Path temporary;
  private Checkout checkout;

  @BeforeEach
  void checkOut() throws IOException {
    checkout = new Checkout(temporary);
  }

  @Test
  void help_withoutJdk_isTold() throws Exception {
    Result result = checkout.run(NOTHING, "--help");

    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("run FILE", "check FILE", "demo", "test", "bench");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void command_none_showsUsage() throws Exception {
    Result result = checkout.run(NOTHING);

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("Usage:");
  }

  @Test
  void command_unknown_isNamed() throws Exception {
    Result result = checkout.run(NOTHING, "start");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("trunkline: no command 'start'").contains("Usage:");
  }

  /// PgBouncer's command line, where there is a mistake in it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-R | which file?",
        "-q --reboot | which file?",
        "-u | -u needs a user",
        "--user | --user needs a user",
        "-d | which file?",
        "-q -v | which file?",
        "-q one.ini two.ini | one FILE, and there is 'two.ini' too",
        "-q -x pooler.ini | no option '-x'",
        "-u no-such-user pooler.ini | there is no user 'no-such-user'"
      })
  void flag_ofPgBouncer_wrong_isToldBeforeAnythingBegins(String words, String said)
      throws Exception {
    Result result = checkout.run(NOTHING, words.split(" ", -1));

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("trunkline: " + said).hasLineCount(1);
  }

  @Test
  void flags_ofPgBouncer_forHelpAndVersion_areKnown() throws Exception {
    checkout.installJdk();
    for (String help : List.of("-h", "--help")) {
      assertThat(checkout.run(NOTHING, help).out()).startsWith("Usage:");
    }
    for (String version : List.of("-V", "--version")) {
      assertThat(checkout.run(NOTHING, version).out()).startsWith("trunkline ").hasLineCount(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check"})
  void file_missingOnTheCommandLine_isAskedFor(String command) throws Exception {
    Result result = checkout.run(NOTHING, command);

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("trunkline: " + command + " needs a FILE\n");
  }

  @Test
  void file_notThere_isNamed() throws Exception {
    checkout.installJdk();

    Result result = checkout.run(NOTHING, "run", "no-such.yml");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("no-such.yml").hasLineCount(1);
  }

  @Test
  void version_withAnOldJavaHome_findsABetterOne() throws Exception {
    checkout.installJdk();
    Path old = checkout.installOldJdk();

    Result result = checkout.run(Map.of("JAVA_HOME", old.toString()), "--version");

    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("trunkline ").hasLineCount(1);
  }

  @Test
  void version_byWayOfALink_findsItsDirectory() throws Exception {
    checkout.installJdk();
    Path link = Files.createSymbolicLink(temporary.resolve("link"), checkout.launcher());

    assertThat(checkout.run(link, NOTHING, "--version").out()).startsWith("trunkline ");
  }

  @Test
  void jdk_onlyTooOld_saysWhatIsNeeded() throws Exception {
    Path old = checkout.installOldJdk();

    Result result = checkout.run(NOTHING, "--version");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("trunkline: needs a JDK 25 or newer and found none.")
        .contains("JDK 17 in " + old + ": too old", "apt install", "TRUNKLINE_JAVA_HOME");
  }

  @Test
  void jdk_none_saysWhatIsNeeded() throws Exception {
    Result result = checkout.run(NOTHING, "demo");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("trunkline: needs a JDK 25 or newer and found none.");
  }

  @Test
  void jdk_chosenButTooOld_isRefused() throws Exception {
    checkout.installJdk();
    Path old = checkout.installOldJdk();

    Result result = checkout.run(Map.of("TRUNKLINE_JAVA_HOME", old.toString()), "--version");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo("trunkline: TRUNKLINE_JAVA_HOME=" + old + " is not a JDK 25 or newer\n");
  }

  @Test
  void cache_ofSomethingElse_isIgnoredWithoutAWord() throws Exception {
    checkout.installJdk();
    Files.writeString(checkout.cache(), "what a broken copy leaves");

    Result result = checkout.run(NOTHING, "--version");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("trunkline ").hasLineCount(1);
  }

  /// The jar once did not name a library that logins with passwords need.
  @Test
  void run_withAServer_answersAClientWithAPassword() throws Exception {
    checkout.installJdk();
    try (Scene scene = Scene.set()) {
      try (ProxyProcess proxy = ProxyProcess.start(List.of(checkout.launcher().toString()), scene);
          Connection client = proxy.firstLogin();
          Statement statement = client.createStatement();
          ResultSet row = statement.executeQuery("SELECT 6 * 7")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).isEqualTo(42);
      }
      assertThat(Files.readString(scene.log()).lines())
          .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\d \\S+ INFO .*"))
          .anyMatch(line -> line.contains("listening on /127.0.0.1"));
    }
  }
}
