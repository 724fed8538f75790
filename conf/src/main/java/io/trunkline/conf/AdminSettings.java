package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.util.List;
import java.util.Map;

/// The console: databases that are no databases, where operators look and command.
public record AdminSettings(
    @Setting(
            value = "Names of databases that mean the console.",
            byDefault = "[trunkline, pgbouncer]")
        List<String> databases,
    @Setting("Who may use the console, by user name; nobody if empty.")
        Map<String, AdminUserSettings> users) {

  public AdminSettings {
    databases = List.copyOf(databases);
    users = ProxyConfig.inOrder(users);
  }

  public static AdminSettings defaults() {
    return Defaults.of(AdminSettings.class);
  }
}
