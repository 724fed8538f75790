package io.trunkline.conf;

import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import org.jspecify.annotations.Nullable;

/// One user of the console.
public record AdminUserSettings(
    @Setting(
            value =
                "Its password, in plain, or as PostgreSQL stores it: `md5…` or `SCRAM-SHA-256$…`;"
                    + " else the one it has under `users` or in `auth.user_file`.")
        @Nullable Secret password,
    @Setting(value = "What it may do: look only, or command as well.", byDefault = "stats")
        AdminRole role) {}
