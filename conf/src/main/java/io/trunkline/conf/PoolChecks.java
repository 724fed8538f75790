package io.trunkline.conf;

import io.trunkline.pool.PoolSettings;
import io.trunkline.settings.Partial;
import io.trunkline.settings.Problem;
import java.util.List;

/// Finds overrides that are impossible together with what they override.
final class PoolChecks {

  private static final KeyPath POOL = KeyPath.ROOT.child("pool");

  private final ProxyConfig config;
  private final Findings findings;

  PoolChecks(ProxyConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void run() {
    if (findings.isBroken(POOL)) {
      return; // what is overridden is not known
    }
    for (int i = 0; i < config.listeners().size(); i++) {
      fits(config.listeners().get(i).pool(), KeyPath.ROOT.child("listeners").item(i));
    }
    config
        .databases()
        .forEach(
            (name, database) -> fits(database.pool(), KeyPath.ROOT.child("databases").child(name)));
    config
        .users()
        .forEach((name, user) -> fits(user.pool(), KeyPath.ROOT.child("users").child(name)));
  }

  private void fits(Partial<PoolSettings> override, KeyPath owner) {
    KeyPath at = owner.child("pool");
    List<Problem> problems = config.pool().with(override).problems();
    if (!findings.isBroken(at)) {
      problems.forEach(p -> findings.add(at.below(p.key()), p.found(), p.allowed()));
    }
  }
}
