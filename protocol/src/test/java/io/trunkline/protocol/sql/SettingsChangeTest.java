package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsChangeTest {
  private static final SessionSettings NONE = SessionSettings.EMPTY;

  private static List<String> change(SessionSettings server, SessionSettings client) {
    return SettingsChange.between(server, client).queries();
  }

  private static String set(String name, String value) {
    return "pg_catalog.set_config('%s',%s,false) IS NULL".formatted(name, value);
  }

  private static SessionSettings of(String name, String value) {
    return NONE.with(name, value);
  }

  @Test
  void between_equals_isEmpty() {
    assertThat(SettingsChange.between(of("a.b", "1"), of("A.B", "1")).isEmpty()).isTrue();
  }

  @Test
  void between_differences_setsAndResetsThem() {
    SessionSettings server = SessionSettings.of(Map.of("a", "1", "b", "2", "c", "3"));
    SessionSettings client = SessionSettings.of(Map.of("b", "2", "c", "4", "d", "5"));
    assertThat(change(server, client))
        .containsExactly(
            "SELECT " + set("a", "NULL") + "," + set("c", "'4'") + "," + set("d", "'5'"));
  }

  @Test
  void between_quotesAndBackslashes_areQuotedForEveryServer() {
    assertThat(change(NONE, of("a", "it's"))).containsExactly("SELECT " + set("a", "'it''s'"));
    assertThat(change(NONE, of("a", "''"))).containsExactly("SELECT " + set("a", "''''''"));
    assertThat(change(NONE, of("a", ""))).containsExactly("SELECT " + set("a", "''"));
    assertThat(change(NONE, of("a", "\\'"))).containsExactly("SELECT " + set("a", "$t$\\'$t$"));
    assertThat(change(NONE, of("a", "\\$t"))).containsExactly("SELECT " + set("a", "$t1$\\$t$t1$"));
    assertThat(change(NONE, of("a", "\\$t$$t1")))
        .containsExactly("SELECT " + set("a", "$t2$\\$t$$t1$t2$"));
  }

  @Test
  void between_identities_leavesFirstAndEntersLast() {
    SessionSettings server = SessionSettings.of(Map.of("role", "r", "x", "1"));
    SessionSettings client = SessionSettings.of(Map.of("role", "q", "session_authorization", "s"));
    assertThat(change(server, client))
        .containsExactly(
            "SELECT "
                + String.join(
                    ",",
                    set("role", "NULL"),
                    set("x", "NULL"),
                    set("session_authorization", "'s'"),
                    set("role", "'q'")));
  }

  @Test
  void between_encodings_precedesTextsBeyondAscii() {
    SessionSettings latin = of("client_encoding", "LATIN1");
    String encoding = "SELECT " + set("client_encoding", "'LATIN1'");
    assertThat(change(NONE, latin)).containsExactly(encoding);
    assertThat(change(NONE, latin.with("a", "b")))
        .containsExactly(encoding + ";SELECT " + set("a", "'b'"));
    assertThat(change(NONE, latin.with("a", "é")))
        .containsExactly(encoding, "SELECT " + set("a", "'é'"));
    assertThat(change(latin, NONE)).containsExactly("SELECT " + set("client_encoding", "NULL"));
  }

  @Test
  void between_manySettings_splitsRows() {
    SessionSettings client = NONE;
    for (int i = 0; i < 1200; i++) {
      client = client.with("a.n" + i, "1");
    }
    assertThat(change(NONE, client).getFirst().split(";SELECT ")).hasSize(3);
  }
}
