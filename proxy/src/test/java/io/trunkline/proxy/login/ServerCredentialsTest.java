package io.trunkline.proxy.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.PoolKey;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.settings.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerCredentialsTest {
  private static final PoolKey POOL = new PoolKey("main", "pg1", "app", "alice");
  private static final PoolKey OTHER_MEMBER = new PoolKey("main", "pg2", "shop", "alice");
  private static final Credential NONE = new Credential.None();

  private final ServerCredentials credentials = new ServerCredentials();

  private static Credential keys(int seed) {
    return new Credential.ScramKeys(Bytes.of(new byte[] {(byte) seed}), Bytes.of(new byte[1]));
  }

  @Test
  void credential_learned_servesEveryMemberOfTheCluster() {
    credentials.learn("main", "alice", keys(1));
    assertThat(credentials.credential(POOL)).isEqualTo(keys(1));
    assertThat(credentials.credential(OTHER_MEMBER)).isEqualTo(keys(1));
    assertThat(credentials.credential(new PoolKey("other", "pg1", "app", "alice"))).isEqualTo(NONE);
    assertThat(credentials.credential(new PoolKey("main", "pg1", "app", "bob"))).isEqualTo(NONE);
  }

  @Test
  void learn_nothing_changesNothing() {
    credentials.learn("main", "alice", keys(1));
    credentials.learn("main", "alice", NONE);
    assertThat(credentials.credential(POOL)).isEqualTo(keys(1));
  }

  @Test
  void refused_learnedOne_isForgotten() {
    credentials.learn("main", "alice", keys(1));
    credentials.refused(POOL, keys(1));
    assertThat(credentials.credential(POOL)).isEqualTo(NONE);
  }

  /// A client has logged in with the new password while the server was refusing the old one.
  @Test
  void refused_olderThanTheLearnedOne_isOldNews() {
    credentials.learn("main", "alice", keys(1));
    credentials.learn("main", "alice", keys(2));
    credentials.refused(POOL, keys(1));
    assertThat(credentials.credential(POOL)).isEqualTo(keys(2));
  }

  @Test
  void refused_oneOfTheSettings_stays() {
    credentials.settle(Map.of(new ServerCredentials.Account("main", "alice"), Secret.of("secret")));
    Credential settled = credentials.credential(POOL);
    credentials.refused(POOL, settled);
    assertThat(credentials.credential(POOL)).isEqualTo(settled);
  }
}
