package io.trunkline.conf.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kind of mistake, with the line and the words it is told with.
class PgBouncerMistakesTest {

  /// What is added is line 6.
  static Stream<Arguments> options() {
    return Stream.of(
        Arguments.of(
            "pool_mod = session",
            "6: [pgbouncer] pool_mod: found an unknown option, allowed those of PgBouncer 1.25;"
                + " did you mean pool_mode?"),
        Arguments.of(
            "query_timeout = 5s",
            "6: [pgbouncer] query_timeout: found no such value, allowed seconds, such as 15 or"
                + " 0.5"),
        Arguments.of(
            "max_client_conn = 0",
            "6: [pgbouncer] max_client_conn (limits.max_client_connections): found \"0\", allowed a"
                + " whole number, from 1 to 1000000"),
        Arguments.of(
            "so_reuseport = yes",
            "6: [pgbouncer] so_reuseport: found no such value, allowed 0 or 1"),
        Arguments.of(
            "auth_type = gss",
            "6: [pgbouncer] auth_type: found no such method, allowed any | trust | plain | md5 |"
                + " scram-sha-256 | cert | hba | ldap | pam"),
        Arguments.of(
            "pool_mode = connection",
            "6: [pgbouncer] pool_mode (listeners[0].pool_mode): found \"connection\", allowed"
                + " session | transaction | statement"),
        Arguments.of(
            "[dbs]",
            "6: found an unknown section, allowed"
                + " [databases] | [users] | [peers] | [pgbouncer]"),
        Arguments.of("[users", "6: found a section that does not end with ], allowed [section]"),
        Arguments.of("nothing", "6: found a line without key and =, allowed key = value"),
        Arguments.of("%include", "6: found no name of a file, allowed %include FILE"),
        Arguments.of(
            "auth_query = SELECT 1",
            "6: [pgbouncer] auth_query (auth.query): found a query without $1, allowed $1 where the"
                + " user's name goes"));
  }

  @ParameterizedTest
  @MethodSource("options")
  void read_oneMistake_isToldWithItsLine(String line, String told) {
    assertThat(IniTexts.options(line).mistakes()).contains(told);
  }

  /// What is added is line 5.
  static Stream<Arguments> databases() {
    return Stream.of(
        Arguments.of(
            "a = hsot=x",
            "5: [databases] a hsot: found an unknown option, allowed those of PgBouncer 1.25;"
                + " did you mean host?"),
        Arguments.of(
            "a = host=",
            "5: [databases] a: found host without a value, allowed key=value, apart by blanks"),
        Arguments.of(
            "a = password='hunter2",
            "5: [databases] a: found password with a quote that is never closed, allowed key=value,"
                + " apart by blanks"),
        Arguments.of(
            "a = host=h port=0", "5: [databases] a port: found no such port, allowed 1 to 65535"),
        Arguments.of(
            "a = pool_size=hunter2",
            "5: [databases] a pool_size: found no such value, allowed a whole number"),
        Arguments.of(
            "a = auth_user=x\nb = auth_user=y",
            "6: [databases] b auth_user: found another auth_user than elsewhere, allowed one for"
                + " all databases"),
        Arguments.of(
            "a = load_balance_hosts=random",
            "5: [databases] a load_balance_hosts: found no such word, allowed round-robin |"
                + " disable"),
        Arguments.of(
            "pgbouncer = host=h",
            "5: [databases] pgbouncer host (databases.pgbouncer): found the name of the console,"
                + " allowed another name, or other admin.databases"));
  }

  @ParameterizedTest
  @MethodSource("databases")
  void read_oneMistakeInADatabase_isToldWithItsLine(String line, String told) {
    assertThat(IniTexts.databases(line).mistakes())
        .contains(told)
        .noneMatch(one -> one.contains("hunter2"));
  }

  /// Values that are wrong only in what they are translated to were told when all else was right.
  @Test
  void read_mistakesOfSeveralKinds_areToldTogether_byTheirLines() {
    assertThat(
            IniTexts.options("pool_mode = x\nmax_client_con = 3\ndefault_pool_size = y").mistakes())
        .extracting(told -> told.substring(0, told.indexOf(" found ")))
        .contains("6: [pgbouncer] pool_mode (listeners[0].pool_mode):")
        .endsWith("7: [pgbouncer] max_client_con:", "8: [pgbouncer] default_pool_size:");
  }

  @Test
  void read_noDatabase_isTold() {
    assertThat(IniTexts.databases("").mistakes()).isEmpty();
    assertThat(IniTexts.databases("").notes())
        .anyMatch(note -> note.contains("there are none, so that only the console answers"));
  }

  @Test
  void read_anyUser_mustBeForced() {
    assertThat(IniTexts.options("auth_type = any").mistakes())
        .containsExactly("2: [databases] app: found no user=, allowed one, while auth_type is any");
  }

  @Test
  void read_filesThatIncludeEachOther_end() {
    IniTexts texts =
        IniTexts.options("%include /a.ini")
            .file("/a.ini", "%include /b.ini")
            .file("/b.ini", "%include /a.ini");

    assertThat(texts.mistakes())
        .containsExactly(
            "/a.ini:1: %include: found deeper inclusion, allowed at most 10 files deep");
  }

  @Test
  void read_mistakeInAnIncludedFile_namesThatFile() {
    IniTexts texts = IniTexts.options("%include /a.ini").file("/a.ini", "\npool_mode = x\n");

    assertThat(texts.mistakes())
        .anyMatch(told -> told.startsWith("/a.ini:2: [pgbouncer] pool_mode"));
  }

  @Test
  void read_noSuchFile_isTold() {
    assertThat(new IniTexts().mistakes().getFirst())
        .contains("found no such file, allowed a file this process may read");
  }
}
