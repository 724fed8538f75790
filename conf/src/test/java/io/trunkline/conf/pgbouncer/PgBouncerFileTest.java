package io.trunkline.conf.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.AdminRole;
import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.MemberSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ProbeMethod;
import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.tls.ClientTlsSettings;
import io.trunkline.protocol.tls.SslMode;
import io.trunkline.routing.Balance;
import io.trunkline.routing.ListenerRole;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PgBouncerFileTest {

  @Test
  void read_smallest_hasPgBouncersDefaults() {
    ProxyConfig config = IniTexts.options("").config();

    ListenerSettings listener = config.listeners().getFirst();
    assertThat(listener.address()).isEqualTo("127.0.0.1");
    assertThat(listener.port()).isEqualTo(6432);
    assertThat(listener.role()).isEqualTo(ListenerRole.ANY);
    assertThat(listener.poolMode()).isEqualTo(PoolMode.SESSION);
    assertThat(listener.backlog()).isEqualTo(128);
    assertThat(listener.tls().mode()).isEqualTo(SslMode.DISABLE);
    assertThat(config.listeners().get(1).socketFile()).isEqualTo("/tmp/.s.PGSQL.6432");
    assertThat(config.limits().maxClientConnections()).isEqualTo(100);
    assertThat(config.auth().method()).isEqualTo(AuthMethod.MD5);
    PoolSettings pool = config.pool();
    assertThat(pool.size()).isEqualTo(20);
    assertThat(pool.connectTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(pool.loginRetry()).isEqualTo(Duration.ofSeconds(15));
    assertThat(pool.serverLifetime()).isEqualTo(Duration.ofHours(1));
    assertThat(pool.queryWaitTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(pool.preparedStatements()).isEqualTo(200);
    assertThat(config.clusters().get("10.0.0.1").tls().sslmode()).isEqualTo(SslMode.PREFER);
  }

  @Test
  void read_listeners_areOnEachAddressAndTheUnixSocket() {
    ProxyConfig config =
        IniTexts.options(
                """
                listen_addr = localhost, ::1
                listen_port = 0x1538
                unix_socket_dir = /run/pg
                unix_socket_mode = 0770
                unix_socket_group = postgres
                so_reuseport = 1
                ignore_startup_parameters = extra_float_digits, options
                application_name_add_host = 1
                """)
            .config();

    assertThat(config.listeners())
        .extracting(ListenerSettings::address)
        .containsExactly("localhost", "::1", "/run/pg");
    assertThat(config.listeners()).allMatch(one -> one.port() == 5432);
    assertThat(config.listeners())
        .extracting(ListenerSettings::reusePort)
        .containsExactly(true, true, false);
    assertThat(config.listeners().getLast().unixMode()).isEqualTo("0770");
    assertThat(config.listeners().getLast().unixGroup()).isEqualTo("postgres");
    assertThat(config.listeners())
        .allMatch(ListenerSettings::applicationNameAddHost)
        .allMatch(one -> one.ignoreStartupParameters().contains("extra_float_digits"));
  }

  @Test
  void read_noUnixSocket_isNone() {
    assertThat(IniTexts.options("unix_socket_dir =").config().listeners()).hasSize(1);
  }

  @Test
  void read_pools_areCarriedOver() {
    ProxyConfig config =
        IniTexts.options(
                """
                pool_mode = Transaction
                default_pool_size = 0
                reserve_pool_size = 5
                reserve_pool_timeout = 0.25
                server_reset_query = DISCARD SEQUENCES; SELECT 'x'
                server_reset_query_always = 1
                server_check_delay = 0
                server_check_query = select 1
                server_round_robin = 1
                query_timeout = 1.5
                idle_transaction_timeout = 60
                server_login_retry = 0
                server_lifetime = 0
                max_prepared_statements = 0
                """)
            .config();

    PoolSettings pool = config.pool();
    assertThat(config.listeners()).allMatch(one -> one.poolMode() == PoolMode.TRANSACTION);
    assertThat(pool.size()).isEqualTo(100_000);
    assertThat(pool.reserveSize()).isEqualTo(5);
    assertThat(pool.reserveDelay()).isEqualTo(Duration.ofMillis(250));
    assertThat(pool.resetQuery()).isEqualTo("DISCARD SEQUENCES; SELECT 'x'");
    assertThat(pool.resetAlways()).isTrue();
    assertThat(pool.checkDelay()).isEqualTo(Duration.ofMillis(1));
    assertThat(pool.checkQuery()).isEqualTo("select 1");
    assertThat(pool.roundRobin()).isTrue();
    assertThat(pool.queryTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(pool.idleInTransactionTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(pool.loginRetry()).isEqualTo(Duration.ofMillis(10));
    assertThat(pool.serverLifetime()).as("used once").isEqualTo(Duration.ofMillis(1));
    assertThat(pool.preparedStatements()).isZero();
  }

  @Test
  void read_emptyQueries_areNone() {
    PoolSettings pool =
        IniTexts.options("server_check_query =\nserver_reset_query =\n").config().pool();

    assertThat(pool.checkDelay()).isZero();
    assertThat(pool.resetQuery()).isEmpty();
  }

  @Test
  void read_databases_haveTheirHostsForClusters() {
    ProxyConfig config =
        IniTexts.databases(
                """
                one = host=10.0.0.1 port=5433 dbname=first
                same = host=10.0.0.1 port=5433 pool_size=3 min_pool_size=2
                "of many" = host=a,b,c connect_query='SELECT ''x''' client_encoding=UTF8
                turn = host=a,b,c load_balance_hosts=disable
                * = user=app password='hunter 2' pool_mode=statement max_db_connections=7
                """)
            .config();

    DatabaseSettings one = config.databases().get("one");
    assertThat(one.cluster()).isEqualTo("10.0.0.1:5433");
    assertThat(one.dbname()).isEqualTo("first");
    DatabaseSettings same = config.databases().get("same");
    assertThat(same.cluster()).isEqualTo(one.cluster());
    assertThat(config.pool().with(same.pool()).size()).isEqualTo(3);
    DatabaseSettings many = config.databases().get("of many");
    assertThat(many.connectQuery()).isEqualTo("SET client_encoding TO 'UTF8'; SELECT 'x'");
    DatabaseSettings any = config.databases().get("*");
    assertThat(any.password()).isEqualTo(Secret.of("hunter 2"));
    assertThat(any.poolMode()).isEqualTo(PoolMode.STATEMENT);

    ClusterSettings single = config.clusters().get("10.0.0.1:5433");
    assertThat(single.probe().method()).isEqualTo(ProbeMethod.NONE);
    ClusterSettings several = config.clusters().get("a,b,c");
    assertThat(several.probe().method()).isEqualTo(ProbeMethod.CONNECT);
    assertThat(several.routing().balance()).isEqualTo(Balance.ROUND_ROBIN);
    assertThat(several.hold()).isEqualTo(Duration.ofMinutes(2));
    ClusterSettings inOrder = config.clusters().get("a,b,c in order");
    assertThat(inOrder.routing().balance()).isEqualTo(Balance.FIRST);
    assertThat(inOrder.members())
        .extracting(MemberSettings::label)
        .isSorted()
        .containsExactly("1 a:5432", "2 b:5432", "3 c:5432");
    assertThat(config.clusters().get("/tmp").members().getFirst().address())
        .isEqualTo(new HostPort("/tmp", 5432));
  }

  @Test
  void read_users_differ() {
    ProxyConfig config =
        IniTexts.options(
                """
                max_user_client_connections = 9
                max_db_client_connections = 8
                [users]
                app = pool_mode=transaction max_user_connections=4 query_timeout=2 pool_size=6
                """)
            .config();

    assertThat(config.user("app").poolMode()).isEqualTo(PoolMode.TRANSACTION);
    PoolSettings pool = config.pool().with(config.user("app").pool());
    assertThat(pool.maxUserConnections()).isEqualTo(4);
    assertThat(pool.queryTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(pool.size()).isEqualTo(6);
    assertThat(config.maxClientsOf("other")).isEqualTo(9);
    assertThat(config.database("app").maxClientConnections()).isEqualTo(8);
  }

  @Test
  void read_consoleAndLookup_takeTheirPasswordsFromTheList() {
    ProxyConfig config =
        IniTexts.options(
                """
                auth_type = scram-sha-256
                admin_users = root, other
                stats_users = root, app
                auth_user = asker
                auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename=$1
                """)
            .config();

    assertThat(config.admin().users().get("root").role()).isEqualTo(AdminRole.ADMIN);
    assertThat(config.admin().users().get("app").role()).isEqualTo(AdminRole.STATS);
    assertThat(config.consoleSecret("root")).isEqualTo(Secret.of("of all"));
    assertThat(config.consoleSecret("other")).isNull();
    assertThat(config.consoleSecret("asker")).isNull();
    assertThat(config.auth().queryUser()).isEqualTo("asker");
    assertThat(config.auth().queryPassword()).isEqualTo(Secret.of("asks"));
    assertThat(config.auth().query()).startsWith("SELECT usename");
  }

  @Test
  void read_lookupOfTheOnlyDatabase_isEverybodys() {
    ProxyConfig config =
        IniTexts.databases("* = host=h auth_user=asker auth_dbname=postgres").config();

    assertThat(config.auth().queryUser()).isEqualTo("asker");
    assertThat(config.auth().queryDatabase()).isEqualTo("postgres");
  }

  @Test
  void read_peers_arePassedCancelRequests() {
    ProxyConfig config =
        IniTexts.options("peer_id = 2\n[peers]\n1 = host=10.0.0.1\n2 = host=h port=1\n").config();

    assertThat(config.peers().self()).isEqualTo(2);
    assertThat(config.peers().instances())
        .containsEntry("1", new HostPort("10.0.0.1", 6432))
        .containsEntry("2", new HostPort("h", 1));
  }

  @Test
  void read_trust_opensTheConsoleToThoseNamed() {
    ProxyConfig config = IniTexts.options("auth_type = trust\nadmin_users = root\n").config();

    assertThat(config.auth().method()).isEqualTo(AuthMethod.TRUST);
    assertThat(config.admin().authMethod()).isEqualTo(AuthMethod.TRUST);
  }

  @Test
  void read_tls_isCarriedOver() {
    PgBouncerFile.Reading reading =
        IniTexts.options(
                """
                client_tls_sslmode = require
                client_tls_key_file = /k
                client_tls_cert_file = /c
                client_tls_ca_file = /ca
                client_tls_protocols = all
                client_tls_ciphers = ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA
                server_tls_sslmode = require
                server_tls_ca_file = /ca
                server_tls_ciphers = HIGH:!aNULL
                """)
            .reading();

    assertThat(reading.notes())
        .extracting(note -> note.text().split(" ", 3)[1])
        .containsExactlyInAnyOrder(
            "client_tls_ca_file",
            "client_tls_protocols",
            "server_tls_ca_file",
            "server_tls_ciphers");
    // The files are not there, which is all that is wrong.
    assertThat(reading.result().toString()).contains("[pgbouncer] client_tls_cert_file", "/c");
  }

  @Test
  void read_tlsModes_areAsPgBouncerNamesThem() {
    ProxyConfig config = IniTexts.options("server_tls_sslmode = disable\n").config();

    assertThat(config.clusters().get("10.0.0.1").tls().sslmode()).isEqualTo(SslMode.DISABLE);
  }

  @Test
  void read_included_countsWhereItStands() {
    ProxyConfig config =
        IniTexts.options("max_client_conn = 1\n%include more.ini\nquery_timeout = 3\n")
            .file("more.ini", "max_client_conn = 2\n# no more\nquery_timeout = 1")
            .config();

    assertThat(config.limits().maxClientConnections()).isEqualTo(2);
    assertThat(config.pool().queryTimeout()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void read_secondSection_takesBackTheFirst() {
    ProxyConfig config =
        IniTexts.options(
                """
                max_client_conn = 1
                [users]
                [pgbouncer]
                listen_addr = *
                auth_file = /users.txt
                """)
            .config();

    assertThat(config.limits().maxClientConnections()).isEqualTo(100);
    assertThat(config.listeners().getFirst().address()).isEqualTo("*");
  }

  @Test
  void convert_saysWhereEachValueComesFrom() {
    assertThat(
            IniTexts.options("default_pool_size = 7\nlogin_notify_message = x\nservice_name = y\n")
                .yaml())
        .contains(
            "# Made from pgbouncer.ini",
            "# Not carried over:\n#   /etc/pgbouncer/pgbouncer.ini:7: [pgbouncer] login_notify",
            "# With nothing to do here:\n#   /etc/pgbouncer/pgbouncer.ini:8: [pgbouncer] service",
            "\npool:\n",
            "  size: 7  # default_pool_size\n",
            "\nlisteners:\n  - address: 127.0.0.1  # listen_addr\n    port: 6432\n");
  }

  @ParameterizedTest
  @CsvSource({"2147483647, 1GiB", "4294967295, 1GiB", "8192, 8KiB", "0x500, 1280B"})
  void maxPacketSize_isTheLongestMessage(String bytes, String size) {
    assertThat(IniTexts.options("max_packet_size = " + bytes).config().pool().maxMessageBytes())
        .hasToString(size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1023", "-1", "1MB"})
  void maxPacketSize_thatIsNone_isRefusedAtItsLine(String bytes) {
    assertThat(IniTexts.options("max_packet_size = " + bytes).mistakes())
        .singleElement()
        .satisfies(mistake -> assertThat(mistake).startsWith("6: ").contains("max_packet_size"));
  }

  @Test
  void tlsChoices_areListsOfNames() {
    ProxyConfig config =
        IniTexts.options(
                """
                client_tls_ecdhcurve = X25519:prime256v1
                client_tls13_ciphers = TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256
                server_tls13_ciphers = TLS_AES_128_GCM_SHA256
                """)
            .config();

    ClientTlsSettings listener = config.listeners().getFirst().tls();
    assertThat(listener.groups()).containsExactly("X25519", "prime256v1");
    assertThat(listener.tls13Ciphers())
        .containsExactly("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    assertThat(config.clusters().values())
        .allSatisfy(cluster ->
            assertThat(cluster.tls().tls13Ciphers()).containsExactly("TLS_AES_128_GCM_SHA256"));
  }

  @Test
  void tlsCurves_autoAndNone_areTheEngines() {
    assertThat(IniTexts.options("client_tls_ecdhcurve = auto").notes()).isEmpty();
    assertThat(IniTexts.options("client_tls_ecdhcurve = none").notes())
        .containsExactly(
            "6: [pgbouncer] client_tls_ecdhcurve is not done: without a curve there is no key"
                + " exchange here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"client_tls_ecdhcurve = secp112r1", "server_tls13_ciphers = AES128-GCM-SHA256"})
  void tlsChoices_unknown_areRefusedAtTheirLine(String line) {
    assertThat(IniTexts.options(line).mistakes())
        .singleElement()
        .satisfies(mistake ->
            assertThat(mistake)
                .startsWith("6: ")
                .contains(line.substring(0, line.indexOf(' ')), line.substring(line.length() - 9)));
  }

  @Test
  void notes_defaultsAreNone() {
    assertThat(IniTexts.options("tcp_keepalive = 1\npeer_id = 0\nlog_stats = 1\n").notes())
        .isEmpty();
    assertThat(IniTexts.options("login_notify_message = hello\npkt_buf = 8192\n").notes())
        .containsExactlyInAnyOrder(
            "7: [pgbouncer] pkt_buf means nothing here: bytes are forwarded as they are read,"
                + " without copies",
            "6: [pgbouncer] login_notify_message is not done: clients get no notice at their"
                + " login");
  }
}
