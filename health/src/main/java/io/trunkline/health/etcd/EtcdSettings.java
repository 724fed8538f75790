package io.trunkline.health.etcd;

import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.settings.Checked;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How etcd is reached.
public record EtcdSettings(
    @Setting(
            "Its members, each `host`, `host:port`, `http://host:port` or `https://host:port`; the"
                + " port is 2379 if not given. One of them is used at a time.")
        List<String> endpoints,
    @Setting(
            "The user to log in as, where etcd asks for one; needs to read Patroni's keys, or to"
                + " read and write those of `peers`.")
        @Nullable String user,
    @Setting("Its password, in plain.") @Nullable Secret password,
    @Setting("TLS with endpoints that begin with `https://`.") HttpsSettings tls,
    @Setting(
            value =
                "Time between two reads of all keys, each of which confirms the leader key, and"
                    + " keeps the own key of `peers`; changes are told at once, by watching.",
            byDefault = "1s",
            atLeast = "100ms",
            atMost = "1m")
        Duration interval,
    @Setting(
            value = "How long an endpoint may take to answer before the next one is tried.",
            byDefault = "1s",
            atLeast = "50ms",
            atMost = "1m")
        Duration timeout)
    implements Checked {
  static final int PORT = 2379;

  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
  }

  /// Where to dial, in the order of the file.
  public List<StoreAddress> addresses() {
    return StoreAddress.all(endpoints, PORT);
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (endpoints.isEmpty()) {
      problems.add(new Problem("endpoints", "an empty list", "at least one endpoint"));
    }
    StoreAddress.check("endpoints", endpoints, problems);
    Credentials.check(user, password, problems);
    return problems;
  }
}
