package io.trunkline.conf.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Files that a test makes up, read as PgBouncer's.
final class IniTexts implements Surroundings {
  static final Path FILE = Path.of("/etc/pgbouncer/pgbouncer.ini");

  /// Lines 1 and 2 of a file that serves what is added below them.
  static final String HEAD =
      """
      [pgbouncer]
      listen_addr = 127.0.0.1
      """;

  private final Map<Path, String> files = new HashMap<>();

  IniTexts file(String name, String text) {
    files.put(Path.of(name).toAbsolutePath(), text);
    return this;
  }

  @Override
  public String environment(String name) {
    return null;
  }

  @Override
  public byte[] read(Path file, int atMost) throws IOException {
    String text = files.get(file.toAbsolutePath());
    if (text == null) {
      throw new NoSuchFileException(file.toString());
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  IniTexts main(String text) {
    return file(FILE.toString(), text);
  }

  /// A file with one database and these lines in its section `[pgbouncer]`.
  static IniTexts options(String lines) {
    return new IniTexts()
        .file("/users.txt", "\"app\" \"secret\"\n\"root\" \"of all\"\n\"asker\" \"asks\"\n")
        .main("[databases]\napp = host=10.0.0.1\n" + HEAD + "auth_file = /users.txt\n" + lines);
  }

  /// A file with these lines in its section `[databases]`.
  static IniTexts databases(String lines) {
    return new IniTexts()
        .file("/users.txt", "\"app\" \"secret\"\n")
        .main(HEAD + "auth_file = /users.txt\n[databases]\n" + lines);
  }

  PgBouncerFile.Reading reading() {
    return new PgBouncerFile(this).read(FILE);
  }

  List<String> mistakes() {
    return switch (reading().result()) {
      case ConfigResult.Ok _ -> List.of();
      case ConfigResult.Bad(List<ConfigProblem> problems) ->
          problems.stream().map(problem -> short_(problem.toString())).toList();
    };
  }

  List<String> notes() {
    return reading().notes().stream().map(note -> short_(note.toString())).toList();
  }

  private static String short_(String text) {
    return text.replace(FILE + ":", "").replace(FILE + ": ", "");
  }

  /// What the file configures; converting it must come to the same.
  ProxyConfig config() {
    ConfigResult result = reading().result();
    assertThat(result).isInstanceOf(ConfigResult.Ok.class);
    assertThat(converted()).isEqualTo(result);
    return ((ConfigResult.Ok) result).config();
  }

  private ConfigResult converted() {
    return new ConfigFile(this).readText(Path.of("/elsewhere/trunkline.yml"), yaml());
  }

  String yaml() {
    return ((PgBouncerFile.Conversion.Ok) new PgBouncerFile(this).convert(FILE)).yaml();
  }
}
