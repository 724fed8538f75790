package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int execute(String... arguments) throws InterruptedException {
    return new Main(stream(out), stream(err)).execute(List.of(arguments));
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String file(String text) throws IOException {
    return Files.writeString(directory.resolve("trunkline.yml"), text).toString();
  }

  @Test
  void version_asked_isTold() throws Exception {
    assertThat(execute("--version")).isZero();
    assertThat(out()).startsWith("trunkline ").hasLineCount(1);
  }

  @Test
  void help_asked_isTold() throws Exception {
    assertThat(execute("--help")).isZero();
    assertThat(execute("run", "--help")).isZero();
    assertThat(out()).contains("run FILE").contains("check FILE");
    assertThat(err()).isEmpty();
  }

  @Test
  void nothing_said_showsUsage() throws Exception {
    assertThat(execute()).isEqualTo(2);
    assertThat(err()).startsWith("trunkline: which command?").contains("Usage:");
  }

  @Test
  void command_unknown_isNamedWithUsage() throws Exception {
    assertThat(execute("start")).isEqualTo(2);
    assertThat(err()).startsWith("trunkline: no command 'start'").contains("Usage:");
    assertThat(out()).isEmpty();
  }

  @Test
  void check_withoutFile_saysWhatIsMissing() throws Exception {
    assertThat(execute("check")).isEqualTo(2);
    assertThat(err()).startsWith("trunkline: check needs a FILE");
  }

  @Test
  void check_twoFiles_namesTheSecond() throws Exception {
    assertThat(execute("check", "a.yml", "b.yml")).isEqualTo(2);
    assertThat(err()).startsWith("trunkline: check takes one FILE, and there is 'b.yml' too");
  }

  @Test
  void check_noSuchFile_saysSo() throws Exception {
    String missing = directory.resolve("no.yml").toString();

    assertThat(execute("check", missing)).isEqualTo(2);
    assertThat(err()).contains(missing).hasLineCount(1);
  }

  @Test
  void check_nameThatNoFileCanHave_saysSo() throws Exception {
    assertThat(execute("check", "a\0b")).isEqualTo(2);
    assertThat(err()).startsWith("trunkline: no file can be named so").hasLineCount(1);
  }

  @Test
  void check_goodFile_saysSo() throws Exception {
    String file =
        file(
            """
            listeners: [{port: 5000, role: primary}]
            clusters:
              main: {members: [10.0.0.1], probe: {user: trunkline}}
            users:
              app: {password: secret}
            """);

    assertThat(execute("check", file)).isZero();
    assertThat(out()).isEqualTo(file + ": no mistakes\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void run_mistakes_areAllToldWithTheirLines() throws Exception {
    String file =
        file(
            """
            listeners: [{port: 500000, role: boss}]
            clusters: {}
            """);

    assertThat(execute("run", file)).isEqualTo(2);
    assertThat(err().lines())
        .hasSizeGreaterThan(2)
        .allMatch(line -> line.startsWith(file + ":"))
        .anyMatch(line -> line.contains("500000"))
        .anyMatch(line -> line.contains("boss"));
  }
}
