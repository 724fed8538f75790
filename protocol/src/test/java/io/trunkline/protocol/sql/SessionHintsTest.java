package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.sql.SettingNames.Unknown;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// When state that nobody can ask for counts as gone.
class SessionHintsTest {
  private static final SettingNames UNKNOWN = new SettingNames(Set.of(), Unknown.CUSTOM);
  private static final Set<PinReason> PINS =
      EnumSet.of(PinReason.LARGE_SETTING, PinReason.UNKNOWN_SETTING);

  private final SessionHints hints = new SessionHints();

  private Set<PinReason> pinsAfter(Set<PinReason> before) {
    StateCheck check = hints.check(SessionSettings.EMPTY, before);
    return check.answer().truth().pins(before, SessionSettings.EMPTY);
  }

  private void sends(int effects, SettingNames names) {
    hints.add(effects, names);
  }

  private void discards() {
    sends(SessionEffect.DISCARD_ALL, SettingNames.NONE);
  }

  @Test
  void check_discardAllDone_endsWhatNobodyCanAskFor() {
    discards();
    hints.discarded();
    assertThat(hints.isDue(PINS)).isTrue();
    assertThat(pinsAfter(PINS)).isEmpty();
  }

  @Test
  void check_discardAllSentInVain_endsNothing() {
    discards();
    assertThat(pinsAfter(PINS)).isEqualTo(PINS);
  }

  @Test
  void check_oneOfTwoDiscardsDone_endsNothing() {
    discards();
    sends(SessionEffect.SET_SETTING, UNKNOWN);
    discards();
    hints.discarded();
    assertThat(pinsAfter(PINS)).isEqualTo(PINS);
  }

  @Test
  void check_setBeforeTheDiscard_isGone() {
    sends(SessionEffect.SET_SETTING, UNKNOWN);
    discards();
    hints.discarded();
    assertThat(pinsAfter(Set.of())).isEmpty();
  }

  @Test
  void check_setBehindTheDiscard_isThere() {
    discards();
    sends(SessionEffect.SET_SETTING, UNKNOWN);
    hints.discarded();
    assertThat(pinsAfter(PINS)).containsExactly(PinReason.UNKNOWN_SETTING);
  }

  /// More names before the discard than are counted must not hide one behind it.
  @Test
  void check_manyNamesBeforeTheDiscard_asksForTheOneBehindIt() {
    for (int i = 0; i < SettingNames.NAMES_MAX + 5; i++) {
      String name = "early.n" + i;
      sends(SessionEffect.SET_SETTING, new SettingNames(Set.of(name), Unknown.NOTHING));
    }
    discards();
    sends(SessionEffect.SET_SETTING, new SettingNames(Set.of("late.n"), Unknown.NOTHING));
    hints.discarded();
    assertThat(hints.check(SessionSettings.EMPTY, PINS).query()).contains("'late.n'");
    assertThat(pinsAfter(PINS)).isEmpty();
  }

  @Test
  void check_libraryLoaded_staysWhateverIsDiscarded() {
    sends(SessionEffect.LOAD, SettingNames.NONE);
    discards();
    hints.discarded();
    assertThat(pinsAfter(PINS)).containsExactly(PinReason.LOAD);
  }

  @Test
  void clear_forgetsOldDiscards() {
    discards();
    hints.discarded();
    hints.clear(PINS);
    sends(SessionEffect.OPAQUE, SettingNames.NONE);
    assertThat(pinsAfter(PINS)).isEqualTo(PINS);
  }
}
