package io.trunkline.protocol.sql;

import io.trunkline.protocol.EventLoopConfined;
import java.util.Set;

/// All a client's texts have hinted at since its session was last looked at. What a pinned client
/// did meanwhile counts when it is looked at again, so that hints are cleared by a check alone.
///
/// A DISCARD ALL takes back what came before it, also settings that nobody can ask for. That it was
/// sent proves nothing: it fails in a transaction and among other statements. So those sent and
/// those that have succeeded are counted, and when they are as many, all have.
@EventLoopConfined
public final class SessionHints {
  private int effects;
  private SettingNames settings = SettingNames.NONE;

  /// What statements made by SQL PREPARE set when they are executed, which may be much later.
  private SettingNames prepared = SettingNames.NONE;

  private int discardsSent;
  private int discardsDone;

  /// What was set behind the last DISCARD ALL.
  private SettingNames afterDiscard = SettingNames.NONE;

  /// Effects and names as [SqlScanner] found them in one text. A prepared statement's hints count
  /// at each of its executions.
  public void add(int moreEffects, SettingNames moreSettings) {
    effects |= moreEffects & ~SessionEffect.SET_LOCAL; // which is over before anybody looks
    settings = settings.plus(moreSettings);
    if ((moreEffects & SessionEffect.PREPARE) != 0) {
      prepared = prepared.plus(moreSettings);
    }
    if ((moreEffects & SessionEffect.DISCARD_ALL) != 0) {
      discardsSent++;
      afterDiscard = moreSettings;
    } else {
      afterDiscard = afterDiscard.plus(moreSettings);
    }
  }

  /// The server has said of a DISCARD ALL that it is done.
  public void discarded() {
    discardsDone++;
  }

  public int effects() {
    return effects;
  }

  public boolean isEmpty() {
    return effects == SessionEffect.NONE;
  }

  /// Whether settings may have gone back to what the server itself has.
  public boolean mayHaveReset() {
    return (effects & (AskedSettings.RESET | PinReason.ANYTHING)) != 0;
  }

  /// Whether the session is to be looked at now: always if it is not pinned, else only if a pin may
  /// have ended.
  public boolean isDue(Set<PinReason> pins) {
    return pins.isEmpty() ? !isEmpty() : PinReason.mayEnd(pins, effects);
  }

  /// The question to the server; empty when all these hints cannot have changed anything.
  public StateCheck check(SessionSettings held, Set<PinReason> pins) {
    boolean executed = (effects & PinReason.ANYTHING) != 0;
    SettingNames changed = executed ? settings.plus(prepared) : settings;
    if (discardsSent == 0 || discardsSent != discardsDone) {
      return StateCheck.of(effects, changed, held, pins);
    }
    SettingNames latestFirst = afterDiscard.plus(changed); // there is not room for all
    return StateCheck.of(effects, latestFirst.besides(afterDiscard.unknown()), held, pins)
        .afterDiscardAll();
  }

  /// The session was looked at, or made anew, and its client is pinned for `pins` from now on.
  public void clear(Set<PinReason> pins) {
    effects = SessionEffect.NONE;
    settings = SettingNames.NONE;
    afterDiscard = SettingNames.NONE;
    discardsSent = 0;
    discardsDone = 0;
    if (!pins.contains(PinReason.PREPARE)) {
      prepared = SettingNames.NONE;
    }
  }
}
