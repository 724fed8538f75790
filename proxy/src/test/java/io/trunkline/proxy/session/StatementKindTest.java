package io.trunkline.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementKindTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        " -- a\n(select 1) UNION (SELECT 2);",
        "Table t",
        "VALUES (1)",
        "show all"
      })
  void of_askingForRows_isRead(String text) {
    assertThat(StatementKind.of(text)).isEqualTo(StatementKind.READ);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into t values (1);",
        " /* a /* b */ c */ -- d\n Update t set a = 1 ; -- the end",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        ";; BEGIN"
      })
  void of_plainStatement_isPlain(String text) {
    assertThat(StatementKind.of(text)).isEqualTo(StatementKind.PLAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1); COMMIT",
        "BEGIN; VACUUM",
        "SELECT ';' AS one", // in doubt
        "SELECT 1;--\n;x"
      })
  void of_moreBehindIt_isPlainFirst(String text) {
    assertThat(StatementKind.of(text)).isEqualTo(StatementKind.PLAIN_FIRST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"COMMIT", " end;", "rollback Work ; ", "/* a */ ABORT\ttransaction"})
  void of_endOfABlockAlone_isEnd(String text) {
    assertThat(StatementKind.of(text)).isEqualTo(StatementKind.END);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-- SELECT",
        "/* SELECT",
        "ROLLBACK TO s",
        "COMMIT AND CHAIN",
        "COMMIT; BEGIN",
        "COMMIT PREPARED 'x'",
        "VACUUM t",
        "CALL p()",
        "DO $$ BEGIN COMMIT; END $$",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "PREPARE TRANSACTION 'x'",
        "EXECUTE s",
        "selected",
        "COMMIT; SELECT 1"
      })
  void of_anythingElse_isOther(String text) {
    assertThat(StatementKind.of(text)).isEqualTo(StatementKind.OTHER);
  }
}
