package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.PoolMode;
import io.trunkline.routing.Balance;
import io.trunkline.routing.ListenerRole;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  private static final String TEN_LINES =
      """
      listeners:
        - { port: 5000, role: primary }
        - { port: 5001, role: replica }
      clusters:
        main:
          members: [10.0.0.1, 10.0.0.2:5433, {name: c, address: 10.0.0.3, tags: {dc: east}}]
          probe: { user: trunkline, password: {env: PROBE_PASSWORD}, database: postgres }
      users:
        app: { password: {file: /run/secrets/app} }
      """;

  private static ProxyConfig tenLines() {
    return ConfigTexts.ok(
        TEN_LINES,
        new FakeSurroundings()
            .variable("PROBE_PASSWORD", "probe")
            .file("/run/secrets/app", "app secret\n"));
  }

  @Test
  void read_tenLines_givesListenersWithDefaults() {
    ListenerSettings listener = tenLines().listeners().get(1);

    assertThat(listener.port()).isEqualTo(5001);
    assertThat(listener.role()).isEqualTo(ListenerRole.REPLICA);
    assertThat(listener.address()).isEqualTo("*");
    assertThat(listener.poolMode()).isEqualTo(PoolMode.TRANSACTION);
    assertThat(listener.cluster()).isNull();
  }

  @Test
  void read_tenLines_givesMembersInEveryForm() {
    ClusterSettings cluster = tenLines().clusters().get("main");

    assertThat(cluster.members())
        .extracting(MemberSettings::label)
        .containsExactly("10.0.0.1:5432", "10.0.0.2:5433", "c");
    assertThat(cluster.members().get(2).address()).isEqualTo(new HostPort("10.0.0.3", 5432));
    assertThat(cluster.members().get(2).tags()).isEqualTo(Map.of("dc", "east"));
    assertThat(cluster.hold()).isEqualTo(Duration.ofSeconds(30));
    assertThat(cluster.protocol()).isEqualTo(WireVersion.V3_2);
  }

  @Test
  void read_tenLines_findsSecretsWhereTheyAre() {
    ProxyConfig config = tenLines();

    assertThat(config.user("app").password()).isEqualTo(Secret.of("app secret"));
    assertThat(config.clusters().get("main").probe().password()).isEqualTo(Secret.of("probe"));
    assertThat(config.toString()).doesNotContain("app secret");
  }

  @Test
  void read_everyKindOfValue_isUnderstood() {
    ProxyConfig config =
        ConfigTexts.ok(
            ConfigTexts.MINIMAL
                + """
                pool: { check_query: "", reserve_delay: 250ms, round_robin: true, size: "7" }
                limits: { max_client_connections: 5 }
                runtime: { transport: io_uring, drain_timeout: 0 }
                admin: { databases: [console], users: { root: { password: x, role: admin } } }
                """);

    assertThat(config.pool().reserveDelay()).isEqualTo(Duration.ofMillis(250));
    assertThat(config.pool().roundRobin()).isTrue();
    assertThat(config.pool().size()).isEqualTo(7);
    assertThat(config.limits().maxClientConnections()).isEqualTo(5);
    assertThat(config.runtime().transport()).isEqualTo(TransportChoice.IO_URING);
    assertThat(config.runtime().drainTimeout()).isEqualTo(Duration.ZERO);
    assertThat(config.admin().databases()).containsExactly("console");
    assertThat(config.admin().users().get("root").role()).isEqualTo(AdminRole.ADMIN);
  }

  @Test
  void read_wordsWithUnderscoreOrHyphen_areTheSame() {
    String listeners = "listeners: [{ port: 1, routing: { balance: least-connections } }]\n";
    String rest = ConfigTexts.MINIMAL.substring(ConfigTexts.MINIMAL.indexOf("clusters"));

    for (String joint : new String[] {"-", "_"}) {
      ProxyConfig config = ConfigTexts.ok(listeners.replace("-", joint) + rest);
      assertThat(config.listeners().getFirst().routing().values())
          .containsEntry("balance", Balance.LEAST_CONNECTIONS);
    }
  }

  @Test
  void read_emptySections_areDefaults() {
    ProxyConfig config = ConfigTexts.ok(ConfigTexts.MINIMAL + "pool:\ndatabases:\nlog: ~\n");

    assertThat(config.databases()).isEmpty();
    assertThat(config.log()).isEqualTo(LogSettings.defaults());
  }

  @Test
  void read_anchorsAndAliases_areWrittenOut() {
    ProxyConfig config =
        ConfigTexts.ok(
            ConfigTexts.MINIMAL
                + """
                databases:
                  a: { pool: &small { size: 2 } }
                  b: { pool: *small }
                """);

    assertThat(config.databases().get("b").pool().values()).containsEntry("size", 2);
  }

  @Test
  void poolOf_overridesEverywhere_userCountsMost() {
    ProxyConfig config =
        ConfigTexts.ok(
            """
            listeners: [{ port: 1, pool: { size: 2, min_size: 1, reserve_size: 2 } }]
            clusters: { main: { members: [h] } }
            databases: { d: { pool: { size: 3, reserve_size: 3 } } }
            users: { u: { password: p, pool: { size: 4 } } }
            """);
    var pool = config.poolOf(config.listeners().getFirst(), config.database("d"), config.user("u"));

    assertThat(pool.size()).isEqualTo(4);
    assertThat(pool.reserveSize()).isEqualTo(3);
    assertThat(pool.minSize()).isEqualTo(1);
    assertThat(pool.preparedStatements()).isEqualTo(200);
  }

  @Test
  void database_notListed_isTheWildcardOrRefused() {
    String databases = "databases: { a: { dbname: b } }\n";
    ProxyConfig closed = ConfigTexts.ok(ConfigTexts.MINIMAL + databases);
    ProxyConfig open =
        ConfigTexts.ok(ConfigTexts.MINIMAL + databases.replace(" }\n", ", '*': {} }\n"));

    assertThat(closed.database("x")).isNull();
    assertThat(open.database("x")).isEqualTo(DatabaseSettings.defaults());
    assertThat(ConfigTexts.ok(ConfigTexts.MINIMAL).database("x")).isNotNull();
  }

  /// A stranger must not choose where the proxy connects to look for secrets.
  @Test
  void secretsDatabase_nameOfTheClient_countsOnlyIfListed() {
    String databases = "databases: { a: { dbname: b }, c: {}, '*': {} }\n";
    ProxyConfig config = ConfigTexts.ok(ConfigTexts.MINIMAL + databases);
    String auth = "auth: { query_user: q, query_database: secrets }\n";

    assertThat(config.secretsDatabase("a")).isEqualTo("b");
    assertThat(config.secretsDatabase("c")).isEqualTo("c");
    assertThat(config.secretsDatabase("made up")).isEqualTo("postgres");
    assertThat(config.secretsDatabase("*")).isEqualTo("postgres");
    assertThat(ConfigTexts.ok(ConfigTexts.MINIMAL + databases + auth).secretsDatabase("a"))
        .isEqualTo("secrets");
  }

  @Test
  void read_userFile_addsUsersThatTheFileLacks() {
    ProxyConfig config =
        ConfigTexts.ok(
            ConfigTexts.MINIMAL.replace(
                    "app: { password: app }", "app: { password: app }, b: { pool_mode: session }")
                + "auth: { user_file: users.txt }\n",
            new FakeSurroundings()
                .file("/etc/trunkline/users.txt", "\"app\" \"other\"\n\"b\" \"bb\"\n\"c\" \"cc\""));

    assertThat(config.user("app").password()).isEqualTo(Secret.of("app"));
    assertThat(config.user("b").password()).isEqualTo(Secret.of("bb"));
    assertThat(config.user("b").poolMode()).isEqualTo(PoolMode.SESSION);
    assertThat(config.user("c").password()).isEqualTo(Secret.of("cc"));
  }

  @Test
  void read_fromDisk_resolvesFilesBesideIt(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("secret"), "s3\r\n");
    Path file =
        Files.writeString(
            directory.resolve("t.yml"),
            ConfigTexts.MINIMAL.replace("password: app", "password: { file: secret }"));

    ConfigResult result = ConfigFile.read(file);

    assertThat(result).isInstanceOf(ConfigResult.Ok.class);
    assertThat(((ConfigResult.Ok) result).config().user("app").password())
        .isEqualTo(Secret.of("s3"));
  }
}
