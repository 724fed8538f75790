package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.sql.SettingNames.Unknown;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StateCheckTest {
  private static final Set<PinReason> NOT_PINNED = Set.of();
  private static final SessionSettings NONE = SessionSettings.EMPTY;

  private static StateCheck check(int effects, String... names) {
    return StateCheck.of(effects, named(names), NONE, NOT_PINNED);
  }

  private static SettingNames named(String... names) {
    return new SettingNames(Set.of(names), Unknown.NOTHING);
  }

  private static ByteBuf row(String... columns) {
    ByteBuf body = Unpooled.buffer().writeShort(columns.length);
    for (String column : columns) {
      if (column == null) {
        body.writeInt(-1);
      } else {
        body.writeInt(column.length()).writeBytes(column.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return body;
  }

  private static SessionTruth answer(StateCheck check, ByteBuf... rows) {
    TruthRows answer = check.answer();
    for (ByteBuf row : rows) {
      answer.onDataRow(row);
    }
    return answer.truth();
  }

  @Test
  void of_noEffect_asksNothing() {
    assertThat(check(SessionEffect.NONE).isEmpty()).isTrue();
  }

  @Test
  void of_endsWithoutPins_askNothing() {
    int ends =
        SessionEffect.DROP
            | SessionEffect.UNLISTEN
            | SessionEffect.DEALLOCATE
            | SessionEffect.CLOSE_CURSOR
            | SessionEffect.ADVISORY_UNLOCK
            | SessionEffect.DISCARD_ALL
            | SessionEffect.RESET_ALL;
    assertThat(check(ends).isEmpty()).isTrue();
  }

  @Test
  void of_namedSetting_asksForItsValueAlone() {
    assertThat(check(SessionEffect.SET_SETTING, "a.b").query())
        .isEqualTo(
            "VALUES ('s','a.b',pg_catalog.\"left\"(pg_catalog.current_setting('a.b',true),8193))");
  }

  @Test
  void of_reset_asksWhatIsTheSessions() {
    int effects = SessionEffect.SET_SETTING | SessionEffect.RESET_SETTING;
    assertThat(check(effects, "work_mem").query())
        .contains("FROM pg_catalog.pg_settings")
        .doesNotContain("'work_mem'");
  }

  @Test
  void of_settingsThatAreNoState_asksNothing() {
    assertThat(check(SessionEffect.SET_SETTING, "transaction_isolation", "seed").isEmpty())
        .isTrue();
    assertThat(check(SessionEffect.SET_SETTING, "data_directory").isEmpty()).isTrue();
  }

  @Test
  void of_opaque_asksEverything() {
    String query = check(SessionEffect.OPAQUE).query();
    assertThat(query)
        .contains("pg_prepared_statements")
        .contains("pg_listening_channels")
        .contains("pg_locks")
        .contains("pg_my_temp_schema")
        .contains("pg_cursors")
        .contains("pg_settings")
        .contains("'role'");
  }

  @Test
  void of_changedEncoding_asksAgainForValuesBeyondAscii() {
    SessionSettings held = SessionSettings.of(Map.of("a.b", "é", "c.d", "e"));
    StateCheck check =
        StateCheck.of(
            SessionEffect.SET_SETTING, named(SettingName.CLIENT_ENCODING), held, NOT_PINNED);
    assertThat(check.query()).contains("'a.b'").doesNotContain("'c.d'");
  }

  @Test
  void pins_askedAndNotFound_end() {
    Set<PinReason> pins = EnumSet.of(PinReason.LISTEN, PinReason.PREPARE);
    StateCheck check = StateCheck.of(SessionEffect.UNLISTEN, SettingNames.NONE, NONE, pins);
    assertThat(answer(check).pins(pins, NONE)).containsExactly(PinReason.PREPARE);
    assertThat(answer(check, row("l", null, null)).pins(pins, NONE)).isEqualTo(pins);
  }

  @Test
  void pins_whatNoQueryTells_isTakenForGranted() {
    assertThat(answer(check(SessionEffect.LOAD)).pins(NOT_PINNED, NONE))
        .containsExactly(PinReason.LOAD);
    SettingNames unknown = new SettingNames(Set.of(), Unknown.CUSTOM);
    StateCheck check = StateCheck.of(SessionEffect.SET_SETTING, unknown, NONE, NOT_PINNED);
    assertThat(answer(check).pins(NOT_PINNED, NONE)).containsExactly(PinReason.UNKNOWN_SETTING);
  }

  @Test
  void pins_searchPathWithPgTemp_isATemporaryObject() {
    SessionSettings after = NONE.with("search_path", "\"PG_TEMP\", public");
    assertThat(answer(check(SessionEffect.NONE)).pins(NOT_PINNED, after))
        .containsExactly(PinReason.TEMP_OBJECT);
  }

  @Test
  void pins_largeStatement_endsWhenEverythingWasAsked() {
    Set<PinReason> pins = EnumSet.of(PinReason.LARGE_STATEMENT);
    assertThat(PinReason.mayEnd(pins, SessionEffect.OPAQUE)).isTrue();
    assertThat(answer(check(SessionEffect.OPAQUE)).pins(pins, NONE)).isEmpty();
  }

  @Test
  void settings_namedOnes_replaceWhatWasHeld() {
    SessionSettings held = SessionSettings.of(Map.of("a.b", "1", "c.d", "2", "e.f", "3"));
    StateCheck check = check(SessionEffect.SET_SETTING, "a.b", "c.d", "g.h");
    SessionTruth truth =
        answer(check, row("s", "a.b", "5"), row("s", "c.d", null), row("s", "g.h", "é'\\"));
    assertThat(truth.settings(held))
        .isEqualTo(SessionSettings.of(Map.of("a.b", "5", "e.f", "3", "g.h", "é'\\")));
  }

  @Test
  void settings_listed_replaceAllThatAreListed() {
    SessionSettings held =
        SessionSettings.of(Map.of("work_mem", "1MB", "a.b", "1", "role", "r", "TimeZone", "UTC"));
    int effects = SessionEffect.SET_SETTING | SessionEffect.RESET_SETTING;
    StateCheck check = StateCheck.of(effects, named("work_mem"), held, NOT_PINNED);
    SessionTruth truth =
        answer(check, row("s", "TimeZone", "CET"), row("s", "a.b", "1"), row("s", "role", "r"));
    assertThat(truth.settings(held))
        .isEqualTo(SessionSettings.of(Map.of("a.b", "1", "role", "r", "TimeZone", "CET")));
  }

  @Test
  void onDataRow_largeValue_pinsAndIsNotKept() {
    StateCheck check = check(SessionEffect.SET_SETTING, "a.b");
    SessionTruth truth = answer(check, row("s", "a.b", "x".repeat(8193)));
    assertThat(truth.settings(NONE)).isEqualTo(NONE);
    assertThat(truth.pins(NOT_PINNED, NONE)).containsExactly(PinReason.LARGE_SETTING);
  }

  @Test
  void onDataRow_manyValues_areBoundedTogether() {
    StateCheck check = check(SessionEffect.OPAQUE);
    TruthRows answer = check.answer();
    for (int i = 0; i < 100; i++) {
      answer.onDataRow(row("s", "a.b" + i, "x".repeat(1000)));
    }
    assertThat(answer.truth().settings(NONE).size()).isLessThan(66);
    assertThat(answer.truth().pins(NOT_PINNED, NONE)).contains(PinReason.LARGE_SETTING);
  }

  @Test
  void onDataRow_wrongShape_isAViolation() {
    TruthRows answer = check(SessionEffect.LISTEN).answer();
    ByteBuf good = row("l", null, null);
    for (int cut = 0; cut < good.readableBytes(); cut++) {
      ByteBuf part = good.slice(0, cut);
      assertThatThrownBy(() -> answer.onDataRow(part)).isInstanceOf(ProtocolViolation.class);
    }
    for (ByteBuf bad :
        new ByteBuf[] {
          row("l", null), row("z", null, null), row(null, null, null), row("ll", null, null)
        }) {
      assertThatThrownBy(() -> answer.onDataRow(bad)).isInstanceOf(ProtocolViolation.class);
    }
  }

  @Test
  void hints_ofAPinnedClient_waitForAnEnd() {
    SessionHints hints = new SessionHints();
    Set<PinReason> pins = EnumSet.of(PinReason.LISTEN);
    hints.add(SessionEffect.SET_SETTING, named("a.b"));
    assertThat(hints.isDue(NOT_PINNED)).isTrue();
    assertThat(hints.isDue(pins)).isFalse();
    hints.add(SessionEffect.UNLISTEN, SettingNames.NONE);
    assertThat(hints.isDue(pins)).isTrue();
    assertThat(hints.check(NONE, pins).query()).contains("'a.b'").contains("pg_listening");
    hints.clear(pins);
    assertThat(hints.isEmpty()).isTrue();
    assertThat(hints.check(NONE, pins).isEmpty()).isTrue();
  }

  @Test
  void hints_ofPreparedStatements_countWhenExecuted() {
    SessionHints hints = new SessionHints();
    hints.add(SessionEffect.PREPARE | SessionEffect.SET_SETTING, named("a.b"));
    hints.clear(EnumSet.of(PinReason.PREPARE));
    hints.add(SessionEffect.EXECUTE, new SettingNames(Set.of(), Unknown.INDIRECT));
    assertThat(hints.check(NONE, EnumSet.of(PinReason.PREPARE)).query()).contains("'a.b'");
    hints.clear(NOT_PINNED);
    hints.add(SessionEffect.EXECUTE, new SettingNames(Set.of(), Unknown.INDIRECT));
    assertThat(hints.check(NONE, NOT_PINNED).query()).doesNotContain("'a.b'");
  }

  @Test
  void pinReasons_afterDiscardAll_endButForLoad() {
    assertThat(PinReason.LISTEN.endsWithDiscardAll()).isTrue();
    assertThat(PinReason.LOAD.endsWithDiscardAll()).isFalse();
  }
}
