package io.trunkline.proxy;

import io.trunkline.conf.hba.Outside.Unanswered;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.proxy.access.Groups;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.Finding;
import io.trunkline.proxy.login.Roles;
import io.trunkline.proxy.login.SecretSource;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/// Where users' secrets, roles and groups are found by the configuration of now. Thread-safe.
final class CurrentSecrets implements SecretSource, Groups, Roles, AutoCloseable {
  private volatile SecretSources sources;

  CurrentSecrets(SecretSources sources) {
    this.sources = sources;
  }

  /// Looks elsewhere from now on.
  ///
  /// @return where it has looked before; some may be looking there still
  SecretSources replace(SecretSources by) {
    SecretSources before = sources;
    sources = by;
    return before;
  }

  @Override
  public CompletionStage<Finding> find(Claim claim, String origin) {
    return sources.source().find(claim, origin);
  }

  @Override
  public void refuted(Claim claim, StoredSecret secret) {
    sources.source().refuted(claim, secret);
  }

  @Override
  public Set<String> of(Claim claim) throws Unanswered {
    return sources.groups().of(claim);
  }

  @Override
  public CompletionStage<Standing> ask(Claim claim, String origin) {
    return sources.roles().ask(claim, origin);
  }

  @Override
  public void close() {
    sources.close();
  }
}
