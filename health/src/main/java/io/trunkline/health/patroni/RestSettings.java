package io.trunkline.health.patroni;

import io.trunkline.health.etcd.Credentials;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How Patroni's REST API is asked.
public record RestSettings(
    @Setting(
            "Patroni members to ask first, each `host`, `host:port`, `http://host:port` or"
                + " `https://host:port`; the port is 8008 if not given. One is enough: it knows the"
                + " others.")
        List<String> urls,
    @Setting("The user of Patroni's `restapi.authentication`, where reading asks for one.")
        @Nullable String user,
    @Setting("Its password, in plain.") @Nullable Secret password,
    @Setting("TLS with members that answer at `https://`.") HttpsSettings tls,
    @Setting(
            value = "Time between two rounds of questions.",
            byDefault = "1s",
            atLeast = "100ms",
            atMost = "1m")
        Duration interval,
    @Setting(
            value = "How long a member may take to answer.",
            byDefault = "2s",
            atLeast = "50ms",
            atMost = "1m")
        Duration timeout)
    implements Checked {
  static final int PORT = 8008;

  public RestSettings {
    urls = List.copyOf(urls);
  }

  static RestSettings defaults() {
    return Defaults.of(RestSettings.class);
  }

  /// Whom to ask first, in the order of the file.
  List<StoreAddress> addresses() {
    return StoreAddress.all(urls, PORT);
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    StoreAddress.check("urls", urls, problems);
    Credentials.check(user, password, problems);
    return problems;
  }
}
