package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.protocol.tls.SslMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads every file in `conf/examples`, beside certificates made for the purpose.
class ExamplesTest {

  private static final Path EXAMPLES = Path.of("examples");

  @TempDir static Path directory;

  /// Every secret is found, and is its own name.
  private static final Surroundings SURROUNDINGS =
      new Surroundings() {
        private final Surroundings process = Surroundings.ofProcess();

        @Override
        public String environment(String name) {
          return name;
        }

        @Override
        public byte[] read(Path file, int atMost) throws IOException {
          return file.startsWith("/run/secrets")
              ? file.toString().getBytes(StandardCharsets.UTF_8)
              : process.read(file, atMost);
        }
      };

  @BeforeAll
  static void makeFiles() throws Exception {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    X509Bundle authority =
        new CertificateBuilder()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    X509Bundle own = new CertificateBuilder().subject("CN=trunkline").buildIssuedBy(authority);
    Path tls = Files.createDirectory(directory.resolve("tls"));
    Files.writeString(tls.resolve("trunkline.crt"), own.getCertificatePEM());
    Files.writeString(tls.resolve("trunkline.key"), own.getPrivateKeyPEM());
    Files.writeString(tls.resolve("clients-ca.crt"), authority.getCertificatePEM());
    Files.writeString(tls.resolve("servers-ca.crt"), authority.getCertificatePEM());
  }

  static List<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".yml")).toList();
    }
  }

  private static ConfigResult read(String example) {
    return new ConfigFile(SURROUNDINGS).readFile(directory.resolve(example));
  }

  private static ProxyConfig config(String example) {
    return ((ConfigResult.Ok) read(example)).config();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void read_example_isValid(String example) {
    ConfigResult result = read(example);

    if (result instanceof ConfigResult.Bad bad) {
      assertThat(bad.problems()).as("mistakes").isEmpty();
    }
  }

  @Test
  void minimal_hasTenLinesAtMost() throws IOException {
    assertThat(Files.readAllLines(EXAMPLES.resolve("minimal.yml"))).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void mutualTls_bothSides_verify() {
    ProxyConfig config = config("mutual-tls.yml");

    assertThat(config.listeners())
        .allSatisfy(listener -> assertThat(listener.tls().mode()).isEqualTo(SslMode.VERIFY_FULL));
    assertThat(config.clusters().get("main").tls().sslmode()).isEqualTo(SslMode.VERIFY_FULL);
  }

  @Test
  void full_readsAsDocumented_usersComeFromBothPlaces() {
    assertThat(config("full.yml").users()).containsOnlyKeys("app", "reporting", "batch");
  }

  @Test
  void full_everySetting_isThere() throws Exception {
    YamlNode root = YamlReader.read(Files.readString(EXAMPLES.resolve("full.yml")));
    Set<String> written = new TreeSet<>();
    collect(root, written);

    List<String> documented = new ArrayList<>();
    ConfigDoc.markdown()
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> documented.add(line.substring(3, line.indexOf('`', 3))));
    assertThat(written).containsAll(documented);
  }

  private static void collect(YamlNode node, Set<String> keys) {
    switch (node) {
      case YamlNode.Text _ -> {}
      case YamlNode.Sequence list -> list.items().forEach(item -> collect(item, keys));
      case YamlNode.Mapping mapping ->
          mapping
              .entries()
              .forEach(entry -> {
                keys.add(((YamlNode.Text) entry.key()).value());
                collect(entry.value(), keys);
              });
    }
  }
}
