package io.trunkline.proxy.crosstalk;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;

import io.trunkline.proxy.rig.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Settings: each guest has its own, keeps them from transaction to transaction, and sees nobody
/// else's.
final class SettingScenes {
  private SettingScenes() {}

  static void addTo(Scenes scenes) {
    scenes
        .add(8, "roll call", SettingScenes::rollCall)
        .add(5, "set", SettingScenes::set)
        .add(3, "reset", SettingScenes::reset)
        .add(2, "set local", SettingScenes::setLocal)
        .add(2, "set rolled back", SettingScenes::setRolledBack)
        .add(2, "set to a savepoint", SettingScenes::setToSavepoint)
        .add(2, "set committed", SettingScenes::setCommitted)
        .add(1, "reset all", SettingScenes::resetAll)
        .add(1, "discard all", SettingScenes::discardAll)
        .add(3, "set role", SettingScenes::setRole);
  }

  /// Asks for everything at once, by one protocol or the other.
  static void rollCall(Guest guest) throws IOException {
    String tag = guest.next();
    String sql = everything(tag);
    Answer answer =
        guest.chance(0.5)
            ? guest.query(sql)
            : guest.sync(parse("", sql), bind("", ""), execute("", 0));
    List<String> expected = new ArrayList<>();
    expected.add(tag);
    expected.addAll(guest.own().expected());
    expected.add(guest.own().role("app"));
    guest.expect(answer.rows(), List.of(expected), answer);
  }

  private static String everything(String tag) {
    return "SELECT '%s', coalesce(current_setting('app.tenant', true), ''),".formatted(tag)
        + " current_setting('application_name'), current_setting('search_path'),"
        + " current_setting('TimeZone'), current_setting('statement_timeout'), current_user";
  }

  private static String any(Guest guest) {
    return Belongings.SETTINGS.get(guest.random().nextInt(Belongings.SETTINGS.size()));
  }

  private static String value(Guest guest, String setting) {
    return Belongings.any(setting, guest.next(), guest.random());
  }

  private static void set(Guest guest) throws IOException {
    String setting = any(guest);
    String value = value(guest, setting);
    switch (guest.random().nextInt(4)) {
      case 0 -> guest.query("SET %s = '%s'".formatted(setting, value));
      case 1 -> guest.query("set session %s to '%s'".formatted(setting, value));
      case 2 -> guest.query("SELECT set_config('%s', '%s', false)".formatted(setting, value));
      default ->
          guest.sync(
              parse("", "SET %s = '%s'".formatted(setting, value)), bind("", ""), execute("", 0));
    }
    guest.own().set(setting, value);
    rollCall(guest);
  }

  private static void reset(Guest guest) throws IOException {
    String setting = any(guest);
    guest.query(guest.chance(0.5) ? "RESET " + setting : "SET %s TO DEFAULT".formatted(setting));
    guest.own().reset(setting);
    rollCall(guest);
  }

  private static void setLocal(Guest guest) throws IOException {
    String setting = any(guest);
    String value = value(guest, setting);
    guest.query("BEGIN");
    guest.query("SET LOCAL %s = '%s'".formatted(setting, value));
    Answer seen = guest.query("SHOW " + setting);
    guest.expect(seen.value(), value, seen);
    guest.query(guest.chance(0.5) ? "COMMIT" : "ROLLBACK");
    rollCall(guest);
  }

  private static void setRolledBack(Guest guest) throws IOException {
    String setting = any(guest);
    guest.query("BEGIN");
    guest.query("SET %s = '%s'".formatted(setting, value(guest, setting)));
    if (guest.chance(0.3)) {
      guest.ask(io.trunkline.proxy.rig.Frontend.query("SELECT 1/0"));
    }
    guest.query("ROLLBACK");
    rollCall(guest);
  }

  private static void setToSavepoint(Guest guest) throws IOException {
    String kept = any(guest);
    String value = value(guest, kept);
    String undone = any(guest);
    guest.query("BEGIN");
    guest.query("SET %s = '%s'".formatted(kept, value));
    guest.query("SAVEPOINT here");
    guest.query("SET %s = '%s'".formatted(undone, value(guest, undone)));
    guest.query("ROLLBACK TO here");
    guest.query("COMMIT");
    guest.own().set(kept, value);
    rollCall(guest);
  }

  private static void setCommitted(Guest guest) throws IOException {
    String setting = any(guest);
    String value = value(guest, setting);
    guest.query("BEGIN; SET %s = '%s'".formatted(setting, value));
    guest.query("COMMIT");
    guest.own().set(setting, value);
    rollCall(guest);
  }

  private static void resetAll(Guest guest) throws IOException {
    guest.query("RESET ALL");
    guest.own().resetAll();
    rollCall(guest);
  }

  private static void discardAll(Guest guest) throws IOException {
    guest.query("DISCARD ALL");
    guest.own().discardAll();
    rollCall(guest);
  }

  private static void setRole(Guest guest) throws IOException {
    if (guest.chance(0.4)) {
      guest.query(guest.chance(0.5) ? "RESET ROLE" : "SET ROLE NONE");
      guest.own().reset(Belongings.ROLE);
    } else {
      String role = "tenant_" + guest.random().nextInt(House.TENANTS);
      guest.query("SET ROLE " + role);
      guest.own().set(Belongings.ROLE, role);
    }
    rollCall(guest);
  }
}
