package io.trunkline.conf;

import io.trunkline.settings.Setting;

/// Where this process says over HTTP how it is: for keepalived, load balancers and watchers.
public record HttpSettings(
    @Setting(
            value =
                "The address to listen on: a name, an IPv4 or IPv6 address, or `*` for all. Nobody"
                    + " is asked for a password, and nothing is told but the state of the process.",
            byDefault = "127.0.0.1")
        String address,
    @Setting(
            value = "The TCP port; 0 lets the system choose one.",
            required = true,
            atMost = "65535")
        int port) {}
