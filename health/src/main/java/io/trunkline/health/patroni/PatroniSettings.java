package io.trunkline.health.patroni;

import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.settings.Checked;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What follows the cluster that Patroni runs: its keys in etcd, its REST API, or both.
public record PatroniSettings(
    @Setting("Patroni's `scope`: what it calls the cluster. Needed with `etcd`.")
        @Nullable String scope,
    @Setting(value = "Patroni's `namespace`: what its keys begin with.", byDefault = "/service")
        String namespace,
    @Setting("The etcd (version 3 API) that Patroni uses. Tells of changes at once.")
        @Nullable EtcdSettings etcd,
    @Setting(
            "Patroni's own REST API. With `etcd` it is asked while etcd does not answer; alone it"
                + " is asked all the time, whatever store Patroni uses.")
        @Nullable RestSettings rest,
    @Setting(
            value =
                "How long new writes wait for a switchover that was announced, while the leader"
                    + " still leads.",
            byDefault = "30s",
            atMost = "1h")
        Duration drainTimeout)
    implements Checked {

  /// What all of the cluster's keys begin with.
  String prefix() {
    String base = namespace.replaceAll("^/*|/*$", "");
    return (base.isEmpty() ? "/" : "/" + base + "/") + scope + "/";
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (etcd == null && rest == null) {
      problems.add(new Problem("", "neither etcd nor rest", "one of them, or both"));
    }
    if (etcd != null && scope == null) {
      problems.add(new Problem("scope", "nothing", "Patroni's scope, as etcd is asked"));
    }
    if (etcd == null && rest != null && rest.urls().isEmpty()) {
      problems.add(
          new Problem("rest.urls", "an empty list", "at least one member, as there is no etcd"));
    }
    return problems;
  }
}
