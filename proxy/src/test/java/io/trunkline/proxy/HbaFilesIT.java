package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.trunkline.conf.HbaFiles;
import io.trunkline.conf.Surroundings;
import io.trunkline.conf.hba.AccessReader;
import io.trunkline.conf.hba.AccessRules;
import io.trunkline.conf.hba.HbaRule;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Authority;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The same HBA and ident files before PostgreSQL, which reads them for its views whenever it is
/// asked, and before Trunkline.
class HbaFilesIT {
  /// Rows as text, with every column that both have. Options are apart: PostgreSQL shows what it
  /// has made of them, and Trunkline what is there.
  private static final String RULES =
      """
      SELECT concat_ws(' ; ', file_name || ':' || line_number, type,
        array_to_string(database, '|'), array_to_string(user_name, '|'),
        coalesce(address, ''), coalesce(netmask, ''), auth_method)
      FROM pg_hba_file_rules WHERE rule_number IS NOT NULL ORDER BY rule_number
      """;

  private static final String MAPS =
      """
      SELECT concat_ws(' ; ', file_name || ':' || line_number, map_name)
      FROM pg_ident_file_mappings WHERE map_number IS NOT NULL ORDER BY map_number
      """;

  /// Some mistakes make a row without an error, and without anything else.
  private static final String WRONG_RULES =
      """
      SELECT file_name || ':' || line_number FROM pg_hba_file_rules
      WHERE error IS NOT NULL OR type IS NULL ORDER BY 1
      """;

  private static final String WRONG_MAPS =
      """
      SELECT file_name || ':' || line_number FROM pg_ident_file_mappings
      WHERE error IS NOT NULL ORDER BY 1
      """;

  private static EmbeddedServer server;
  private static Path directory;

  @BeforeAll
  static void start() throws IOException, URISyntaxException {
    X509Bundle host = new Authority("CA").host("127.0.0.1");
    server =
        EmbeddedServer.create(
            ServerOptions.newest()
                .setting("ssl", "on")
                .setting("ssl_ca_file", "server.crt")
                .file("server.crt", host.getCertificatePathPEM())
                .file("server.key", host.getPrivateKeyPEM()));
    directory = server.dataDirectory();
    Path from = Path.of(Objects.requireNonNull(HbaFilesIT.class.getResource("/hba")).toURI());
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path target = directory.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  /// Before PostgreSQL.
  private static void lies(String file, String hereNow) throws IOException {
    Files.copy(
        directory.resolve(file), directory.resolve(hereNow), StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<String> asked(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  private static AccessReader.Result read(String ident) {
    return new AccessReader(new HbaFiles(Surroundings.ofProcess()))
        .read(
            new AccessReader.Sources(
                directory,
                "auth.hba",
                List.of(),
                directory.resolve("pg_hba.conf"),
                directory.resolve(ident)));
  }

  private static AccessRules rules(String ident) {
    return switch (read(ident)) {
      case AccessReader.Result.Ok(AccessRules rules) -> rules;
      case AccessReader.Result.Bad(var mistakes) -> throw new AssertionError(mistakes.toString());
    };
  }

  private static List<String> mistakes(String ident) {
    return switch (read(ident)) {
      case AccessReader.Result.Ok _ -> List.of();
      case AccessReader.Result.Bad(var mistakes) ->
          mistakes.stream().map(m -> m.file() + ":" + m.line()).sorted().toList();
    };
  }

  private static String row(HbaRule.Shown shown) {
    return Stream.of(
            shown.file() + ":" + shown.line(),
            shown.type(),
            String.join("|", shown.databases()),
            String.join("|", shown.users()),
            shown.address(),
            shown.netmask(),
            shown.method())
        .collect(Collectors.joining(" ; "));
  }

  @Test
  void goodRules_areTheSameRows() throws Exception {
    lies("good.conf", "pg_hba.conf");
    List<String> theirs = asked(RULES);
    assertThat(rules("ident-good.conf").rules().stream().map(rule -> row(rule.shown())))
        .containsExactlyElementsOf(theirs)
        .hasSizeGreaterThan(50);
    assertThat(asked(WRONG_RULES)).isEmpty();
  }

  @Test
  void badRules_areWrongInTheSameLines() throws Exception {
    lies("bad.conf", "pg_hba.conf");
    assertThat(mistakes("ident-good.conf"))
        .containsExactlyElementsOf(asked(WRONG_RULES))
        .hasSizeGreaterThan(40);
  }

  @Test
  void goodMaps_areTheSameRows() throws Exception {
    lies("more.conf", "pg_hba.conf");
    lies("ident-good.conf", "pg_ident.conf");
    assertThat(
            rules("pg_ident.conf").maps().entries().stream()
                .map(entry -> entry.place() + " ; " + entry.map()))
        .containsExactlyElementsOf(asked(MAPS))
        .hasSizeGreaterThan(10);
  }

  @Test
  void badMaps_areWrongInTheSameLines() throws Exception {
    lies("more.conf", "pg_hba.conf");
    lies("ident-bad.conf", "pg_ident.conf");
    assertThat(mistakes("pg_ident.conf"))
        .containsExactlyElementsOf(asked(WRONG_MAPS))
        .hasSizeGreaterThan(8);
  }
}
