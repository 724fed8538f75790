package io.trunkline.protocol.sql;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/// Which settings a [StateCheck] asks for.
///
/// @param names those asked for by name
/// @param listed whether also all are asked for that `pg_settings` lists as set in the session
/// @param reset whether some may have been reset; a custom one then has an empty value, which does
///   not differ from one that was set to be empty
record AskedSettings(Set<String> names, boolean listed, boolean reset) {
  private static final AskedSettings NONE = new AskedSettings(Set.of(), false, false);

  /// What may take settings back to the server's own.
  static final int RESET =
      SessionEffect.RESET_SETTING | SessionEffect.RESET_ALL | SessionEffect.DISCARD_ALL;

  private static final int CHANGED =
      SessionEffect.SET_SETTING | SessionEffect.RESET_SETTING | PinReason.ANYTHING;
  private static final int CLEARED = SessionEffect.RESET_ALL | SessionEffect.DISCARD_ALL;

  /// Of a transaction, of the random numbers, or of nobody: not a session's to carry. The last ones
  /// cannot be set in a session, and asking for their values may be an error.
  private static final Set<String> NOT_CARRIED =
      Set.of(
          "transaction_isolation",
          "transaction_read_only",
          "transaction_deferrable",
          "seed",
          "is_superuser",
          "config_file",
          "data_directory",
          "external_pid_file",
          "hba_file",
          "ident_file",
          "jit_provider",
          "krb_server_keyfile",
          "log_directory",
          "log_filename",
          "oauth_validator_libraries",
          "primary_conninfo",
          "shared_preload_libraries",
          "stats_temp_directory",
          "unix_socket_directories");

  AskedSettings {
    names = Collections.unmodifiableSet(new TreeSet<>(names));
  }

  static AskedSettings of(int effects, SettingNames changed, SessionSettings held) {
    Set<String> named = new TreeSet<>(changed.names());
    if ((effects & CHANGED) == 0 && ((effects & CLEARED) == 0 || held.isEmpty())) {
      return NONE;
    } else if ((effects & (CHANGED | CLEARED)) == SessionEffect.SET_SETTING && changed.allKnown()) {
      addEncoded(named, held);
      addIdentity(named);
      named.removeIf(name -> !isCarried(name));
      return new AskedSettings(named, false, false);
    }
    named.addAll(held.asMap().keySet());
    if ((effects & PinReason.ANYTHING) != 0) {
      named.add(SettingName.ROLE);
    }
    addIdentity(named);
    named.removeIf(AskedSettings::isListed);
    return new AskedSettings(named, true, (effects & RESET) != 0);
  }

  /// Values that a change of the client encoding has given other bytes.
  private static void addEncoded(Set<String> named, SessionSettings held) {
    if (named.contains(SettingName.CLIENT_ENCODING)) {
      held.asMap()
          .forEach((name, value) -> {
            if (!SettingsChange.isAscii(value)) {
              named.add(name);
            }
          });
    }
  }

  private static void addIdentity(Set<String> named) {
    if (named.contains(SettingName.ROLE) || named.contains(SettingName.SESSION_AUTHORIZATION)) {
      named.add(SettingName.ROLE);
      named.add(SettingName.SESSION_AUTHORIZATION);
    }
  }

  static boolean isCarried(String name) {
    return !NOT_CARRIED.contains(name) && !name.startsWith("ssl_");
  }

  /// Whether `pg_settings` tells of this one.
  static boolean isListed(String name) {
    return !SettingName.isCustom(name)
        && !name.equals(SettingName.ROLE)
        && !name.equals(SettingName.SESSION_AUTHORIZATION);
  }

  boolean isEmpty() {
    return names.isEmpty() && !listed;
  }

  /// Whether the answers tell all about the setting `name`.
  boolean covers(String name) {
    return names.contains(name) || (listed && isListed(name));
  }
}
