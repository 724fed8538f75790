package io.trunkline.conf;

import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;

/// One user of the console.
public record AdminUserSettings(
    @Setting(
            value =
                "Its password, in plain, or as PostgreSQL stores it: `md5…` or `SCRAM-SHA-256$…`.",
            required = true)
        Secret password,
    @Setting(value = "What it may do: look only, or command as well.", byDefault = "stats")
        AdminRole role) {}
