package io.trunkline.conf;

import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Partial;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import org.jspecify.annotations.Nullable;

/// One user, as clients log in.
public record UserSettings(
    @Setting("Its password, in plain, or as PostgreSQL stores it: `md5…` or `SCRAM-SHA-256$…`.")
        @Nullable Secret password,
    @Setting("How long its clients keep their server connection.") @Nullable PoolMode poolMode,
    @Setting("Pool settings that differ for its clients.") Partial<PoolSettings> pool,
    @Setting(value = "Clients of this user; 0 is no limit.", byDefault = "0")
        int maxClientConnections) {

  public static UserSettings defaults() {
    return Defaults.of(UserSettings.class);
  }

  /// The same user with this password, where none is set.
  UserSettings withPasswordUnlessSet(Secret other) {
    return password != null ? this : new UserSettings(other, poolMode, pool, maxClientConnections);
  }
}
