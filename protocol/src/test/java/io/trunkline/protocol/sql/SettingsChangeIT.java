package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Settings carried into sessions of real servers and out of them again.
class SettingsChangeIT {
  private static final SessionSettings NONE = SessionSettings.EMPTY;
  private static final String SESSION_ROWS =
      "SELECT pg_catalog.count(*) FROM pg_catalog.pg_settings WHERE source = 'session'";

  private static final List<String> NASTY =
      List.of(
          "",
          " ",
          "'",
          "''",
          "\\",
          "\\'",
          "\\\\''",
          "$t$",
          "\\$t$",
          "\\$t",
          "\\$$t$1$t1$",
          "it's; DROP TABLE x; --",
          "/* ' */ \\n \" \t\n\r",
          "%s {} $1 ?",
          utf8("été 表 🎉 \\ '"),
          "x".repeat(100_000) + "'\\");

  private static PostgresVersions versions;

  @BeforeAll
  static void start() throws Exception {
    versions = new PostgresVersions();
  }

  @AfterAll
  static void stop() throws IOException {
    versions.close();
  }

  static Stream<Integer> ports() {
    return versions.ports();
  }

  /// The text's bytes as characters.
  private static String utf8(String text) {
    return bytes(text, StandardCharsets.UTF_8);
  }

  private static String bytes(String text, Charset charset) {
    return new String(text.getBytes(charset), StandardCharsets.ISO_8859_1);
  }

  private static void change(RawSession session, SessionSettings from, SessionSettings to)
      throws IOException {
    for (String query : SettingsChange.between(from, to).queries()) {
      session.run(query);
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void change_nastyValues_arriveAndLeave(int port) throws IOException {
    for (String scs : List.of("on", "off")) {
      try (RawSession session = new RawSession(port, "app")) {
        session.run("SET standard_conforming_strings = " + scs);
        SessionSettings before = NONE;
        for (String value : NASTY) {
          SessionSettings now = NONE.with("app.v", value).with("a.\"b'c", "1").without("a.\"b'c");
          change(session, before, now);
          assertThat(session.value("SELECT current_setting('app.v')")).isEqualTo(value);
          before = now;
        }
        change(session, before, NONE);
        assertThat(session.value("SELECT current_setting('app.v', true)")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void change_settingsOfManyKinds_roundTrip(int port) throws IOException {
    SessionSettings client =
        SessionSettings.of(
            Map.of(
                "search_path", "\"$user\", \"A b\", \"q\"\"q\", public",
                "TimeZone", "<-07>+07",
                "DateStyle", "German, DMY",
                "IntervalStyle", "sql_standard",
                "work_mem", "12345kB",
                "statement_timeout", "61s",
                "application_name", "it's \\ me",
                "bytea_output", "escape"));
    try (RawSession session = new RawSession(port, "app")) {
      change(session, NONE, client);
      for (Map.Entry<String, String> setting : client.asMap().entrySet()) {
        String value = session.value("SELECT current_setting('" + setting.getKey() + "')");
        assertThat(value).as(setting.getKey()).isEqualTo(setting.getValue());
      }
      change(session, client, NONE);
      assertThat(session.value(SESSION_ROWS)).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void change_encodings_keepEveryCharacter(int port) throws IOException {
    String text = "été";
    String japanese = "表'ソ\\";
    Map<SessionSettings, String> clients =
        Map.of(
            NONE.with("app.v", utf8(text)), text,
            NONE.with("client_encoding", "LATIN1")
                    .with("app.v", bytes(text, StandardCharsets.ISO_8859_1)),
                text,
            NONE.with("client_encoding", "SJIS")
                    .with("app.v", bytes(japanese, Charset.forName("Shift_JIS"))),
                japanese);
    try (RawSession session = new RawSession(port, "app")) {
      SessionSettings before = NONE;
      for (String scs : List.of("on", "off")) {
        session.run("SET standard_conforming_strings = " + scs);
        for (SessionSettings from : clients.keySet()) {
          for (SessionSettings to : clients.keySet()) {
            change(session, before, from);
            change(session, from, to);
            assertThat(session.value("SELECT current_setting('app.v')")).isEqualTo(to.get("app.v"));
            assertThat(
                    session.value(
                        "SELECT encode(convert_to(current_setting('app.v'), 'UTF8'), 'hex')"))
                .isEqualTo(hex(clients.get(to)));
            before = to;
          }
        }
      }
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("ports")
  void change_identities_withSettingsOfTheSuperuser(int port) throws IOException {
    SessionSettings first =
        SessionSettings.of(Map.of("role", "Ap'p", "log_min_messages", "error", "app.x", "1"));
    SessionSettings second =
        SessionSettings.of(
            Map.of("session_authorization", "app", "role", "Ap'p", "log_min_messages", "fatal"));
    try (RawSession session = new RawSession(port, "postgres")) {
      change(session, NONE, first);
      assertThat(session.value("SELECT current_user")).isEqualTo("Ap'p");
      change(session, first, second);
      assertThat(session.value("SELECT session_user")).isEqualTo("app");
      assertThat(session.value("SELECT current_user")).isEqualTo("Ap'p");
      change(session, second, first);
      assertThat(session.value("SELECT session_user")).isEqualTo("postgres");
      assertThat(session.value("SELECT current_user")).isEqualTo("Ap'p");
      change(session, first, NONE);
      assertThat(session.value("SELECT current_user")).isEqualTo("postgres");
      assertThat(session.value(SESSION_ROWS)).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void change_failing_leavesAllAsItWas(int port) throws IOException {
    try (RawSession session = new RawSession(port, "app")) {
      SessionSettings impossible = SessionSettings.of(Map.of("app.x", "1", "work_mem", "lots"));
      session.fail(SettingsChange.between(NONE, impossible).queries().getFirst());
      assertThat(session.value("SELECT current_setting('app.x', true)")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void change_hostileSearchPath_usesPostgresOwn(int port) throws IOException {
    SessionSettings hostile = NONE.with("search_path", "evil, pg_catalog");
    try (RawSession session = new RawSession(port, "app")) {
      change(session, NONE, hostile);
      change(session, hostile, NONE.with("app.x", "1"));
      assertThat(session.value("SELECT current_setting('app.x')")).isEqualTo("1");
      assertThat(session.value(SESSION_ROWS)).isEqualTo("0");
    }
  }

  /// From any settings to any others, many times over: what `pg_settings` lists is what was asked.
  @ParameterizedTest
  @MethodSource("ports")
  void change_randomOnes_endUpAsAsked(int port) throws IOException {
    Random random = new Random(42);
    List<String> names = List.of("work_mem", "TimeZone", "search_path", "app.a", "lock_timeout");
    Map<String, List<String>> values =
        Map.of(
            "work_mem", List.of("1MB", "2MB"),
            "TimeZone", List.of("UTC", "Europe/Paris"),
            "search_path", List.of("a, b", "\"\""),
            "app.a", List.of("'", "\\"),
            "lock_timeout", List.of("1s", "0"));
    try (RawSession session = new RawSession(port, "app")) {
      SessionSettings before = NONE;
      for (int i = 0; i < 100; i++) {
        SessionSettings now = NONE;
        for (String name : names) {
          if (random.nextBoolean()) {
            now = now.with(name, values.get(name).get(random.nextInt(2)));
          }
        }
        change(session, before, now);
        assertThat(session.value(SESSION_ROWS))
            .isEqualTo(String.valueOf(now.without("app.a").size()));
        for (Map.Entry<String, String> setting : now.asMap().entrySet()) {
          assertThat(session.value("SELECT current_setting('" + setting.getKey() + "')"))
              .isEqualTo(setting.getValue());
        }
        before = now;
      }
    }
  }
}
