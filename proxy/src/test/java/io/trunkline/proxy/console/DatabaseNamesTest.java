package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.pool.PoolKey;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DatabaseNamesTest {

  private static DatabaseNames names(String databases) {
    String yaml =
        """
        listeners: [{ port: 5000 }]
        clusters:
          main: { members: [db1], probe: { user: probe, password: probe } }
        users: { app: { password: app } }
        """
            + databases;
    return switch (new ConfigFile(Surroundings.ofProcess()).readText(Path.of("t.yml"), yaml)) {
      case ConfigResult.Ok(var config) -> new DatabaseNames(config);
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  private static PoolKey pool(String database, String user) {
    return new PoolKey("main", "db1", database, user);
  }

  @Test
  void of_noDatabasesListed_isTheServersName() {
    assertThat(names("").of(pool("any", "app"))).isEqualTo("any");
    assertThat(names("").exists("any")).isTrue();
  }

  @Test
  void of_namedAlias_isTheFirstThatLeadsThere() {
    DatabaseNames names =
        names("databases: { forced: { dbname: real, user: boss }, a: { dbname: real } }");
    assertThat(names.of(pool("real", "app"))).isEqualTo("a");
    assertThat(names.of(pool("real", "boss"))).isEqualTo("forced");
    assertThat(names.exists("real")).isFalse();
    assertThat(names.leads("forced", pool("real", "app"))).isFalse();
    assertThat(names.leads("a", pool("real", "app"))).isTrue();
  }

  @Test
  void of_ownNameListedToo_isThat() {
    DatabaseNames names = names("databases: { a: { dbname: real }, real: {} }");
    assertThat(names.of(pool("real", "app"))).isEqualTo("real");
  }

  @Test
  void of_wildcard_isTheServersName() {
    DatabaseNames names = names("databases: { '*': {} }");
    assertThat(names.of(pool("anything", "app"))).isEqualTo("anything");
    assertThat(names.leads("anything", pool("anything", "app"))).isTrue();
  }
}
