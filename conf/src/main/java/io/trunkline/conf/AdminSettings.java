package io.trunkline.conf;

import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The console: databases that are no databases, where operators look and command.
public record AdminSettings(
    @Setting(
            value = "Names of databases that mean the console.",
            byDefault = "[trunkline, pgbouncer]")
        List<String> databases,
    @Setting("Who may use the console, by user name; nobody if empty.")
        Map<String, AdminUserSettings> users,
    @Setting(
            "How its users prove who they are; else as the listener's clients do, where that asks"
                + " for a password, and else by scram-sha-256.")
        @Nullable AuthMethod authMethod) {

  public AdminSettings {
    databases = List.copyOf(databases);
    users = ProxyConfig.inOrder(users);
  }

  public static AdminSettings defaults() {
    return Defaults.of(AdminSettings.class);
  }
}
