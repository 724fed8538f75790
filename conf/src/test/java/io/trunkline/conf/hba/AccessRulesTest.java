package io.trunkline.conf.hba;

import static io.trunkline.conf.hba.Files.client;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which line decides: what PostgreSQL's documentation of `pg_hba.conf` says, case by case.
class AccessRulesTest {

  private static final String MANY =
      """
      # TYPE  DATABASE        USER            ADDRESS                 METHOD
      local   all             postgres                                peer
      host    app             alice           10.0.0.0/8              scram-sha-256
      host    app             bob             192.168.1.7 255.255.255.255 md5
      host    sameuser        all             fd00::/8                password
      host    "all"           carol           0.0.0.0/0               trust
      host    all             "+staff"        all                     trust
      host    a,b,"c d"       dave,erin       all                     trust
      host    all             all             127.0.0.0/8             reject
      """;

  @ParameterizedTest
  @CsvSource({
    "local, x, postgres, pg_hba.conf:2",
    "local, x, alice, none",
    "10.1.2.3, app, alice, pg_hba.conf:3",
    "11.1.2.3, app, alice, none",
    "10.1.2.3, App, alice, none",
    "192.168.1.7, app, bob, pg_hba.conf:4",
    "192.168.1.8, app, bob, none",
    "fd12::1, zoe, zoe, pg_hba.conf:5",
    "fd12::1, zoe, eve, none",
    "fe80::1, zoe, zoe, none",
    "1.2.3.4, all, carol, pg_hba.conf:6",
    "1.2.3.4, app, carol, none",
    "::1, all, carol, none",
    "1.2.3.4, x, +staff, pg_hba.conf:7",
    "1.2.3.4, 'c d', erin, pg_hba.conf:8",
    "1.2.3.4, b, dave, pg_hba.conf:8",
    "1.2.3.4, c, dave, none",
    "127.0.0.1, app, alice, pg_hba.conf:9"
  })
  void first_everyKindOfLine_decides(String from, String database, String user, String line) {
    assertThat(Files.hba(MANY).decides(client(from, database, user))).isEqualTo(line);
    assertThat(Files.hba(MANY).rules().isQuick()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "host, true, true",
    "host, false, true",
    "hostssl, true, true",
    "hostssl, false, false",
    "hostnossl, true, false",
    "hostnossl, false, true",
    "hostnogssenc, true, true",
    "hostnogssenc, false, true",
    "hostgssenc, true, false",
    "hostgssenc, false, false"
  })
  void first_encryption_counts(String type, boolean encrypted, boolean included) {
    Files files = Files.hba(type + " all all all trust");
    var client = new HbaClient(InetAddress.ofLiteral("10.0.0.1"), encrypted, "app", "alice", false);
    assertThat(files.decides(client)).isEqualTo(included ? "pg_hba.conf:1" : "none");
    assertThat(files.decides(client("local", "app", "alice"))).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "all, none",
    "app, none",
    "replication, pg_hba.conf:1",
    "'\"replication\"', none",
    "'app,replication', pg_hba.conf:1",
    "/.*, none"
  })
  void first_physicalReplication_matchesItsKeywordAlone(String database, String line) {
    Files files = Files.hba("host " + database + " all all trust");
    var client = new HbaClient(InetAddress.ofLiteral("10.0.0.1"), true, "app", "alice", true);
    assertThat(files.decides(client)).isEqualTo(line);
  }

  @Test
  void first_keywordReplication_isNoDatabase() {
    Files files = Files.hba("host replication all all trust");
    assertThat(files.decides(client("10.0.0.1", "replication", "alice"))).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "+staff, alice, pg_hba.conf:1",
    "+staff, bob, none",
    "'bob,+staff', bob, pg_hba.conf:1",
    "/^al, alice, pg_hba.conf:1",
    "/ice, alice, pg_hba.conf:1",
    "/^bo$, bob, none",
    "'\"/^a{1,2}l\"', alice, pg_hba.conf:1"
  })
  void first_groupsAndExpressions_areFollowed(String users, String user, String line) {
    Files files = Files.hba("host all " + users + " all trust").member("alice", "staff");
    assertThat(files.decides(client("10.0.0.1", "app", user))).isEqualTo(line);
    assertThat(files.rules().isQuick()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"samerole", "samegroup"})
  void first_sameRole_isAMemberOfTheDatabasesName(String word) {
    Files files = Files.hba("host " + word + " all all trust").member("alice", "alice", "shop");
    assertThat(files.decides(client("10.0.0.1", "shop", "alice"))).isEqualTo("pg_hba.conf:1");
    assertThat(files.decides(client("10.0.0.1", "alice", "alice"))).isEqualTo("pg_hba.conf:1");
    assertThat(files.decides(client("10.0.0.1", "shop", "bob"))).isEqualTo("none");
  }

  /// A line nobody can judge is neither followed nor passed by: behind it may be a weaker one.
  @Test
  void first_groupNobodyKnows_isNotPassedBy() {
    Files files = Files.hba("host all +staff all reject\nhost all all all trust");
    assertThat(files.decides(client("10.0.0.1", "app", "alice")))
        .isEqualTo("unknown: /etc/pg_hba.conf:1: nobody to ask");
  }

  @ParameterizedTest
  @CsvSource({
    "db.example.com, 10.0.0.1, pg_hba.conf:1",
    "DB.example.COM, 10.0.0.1, pg_hba.conf:1",
    ".example.com, 10.0.0.1, pg_hba.conf:1",
    "example.com, 10.0.0.1, none",
    "xample.com, 10.0.0.1, none",
    "db.example.com, 10.0.0.2, none",
    "samehost, 127.0.0.1, pg_hba.conf:1",
    "samenet, 127.9.9.9, pg_hba.conf:1",
    "samehost, 127.9.9.9, none",
    "samenet, 203.0.113.9, none",
    "'\"all\"', 10.0.0.1, none"
  })
  void first_hostsAndOwnNetworks_areAskedFor(String address, String from, String line) {
    Files files =
        Files.hba("host all all " + address + " trust").host("10.0.0.1", "db.example.com");
    assertThat(files.decides(client(from, "app", "alice"))).isEqualTo(line);
    assertThat(files.rules().isQuick()).isFalse();
  }

  @Test
  void read_files_areIncludedInPlace() {
    Files files =
        Files.hba(
                """
                include sub/one.conf
                include_if_exists nowhere.conf
                include_dir dir
                host @names alice all trust
                host all "@names" \\
                  all trust
                """)
            .file("/etc/sub/one.conf", "include two.conf\n")
            .file("/etc/sub/two.conf", "host two all all trust\n")
            .file("/etc/dir/b.conf", "host dir bob all trust\n")
            .file("/etc/dir/a.conf", "host dir all 10.0.0.0/8 trust\n")
            .file("/etc/dir/.c.conf", "nonsense")
            .file("/etc/dir/c.txt", "nonsense")
            .file("/etc/names", "x y\nz, @more # and no more\n")
            .file("/etc/more", "\"q r\"");
    assertThat(files.decides(client("10.0.0.1", "two", "u"))).isEqualTo("sub/two.conf:1");
    assertThat(files.decides(client("10.0.0.1", "dir", "bob"))).isEqualTo("dir/a.conf:1");
    assertThat(files.decides(client("11.0.0.1", "dir", "bob"))).isEqualTo("dir/b.conf:1");
    assertThat(files.decides(client("11.0.0.1", "q r", "alice"))).isEqualTo("pg_hba.conf:4");
    assertThat(files.decides(client("11.0.0.1", "z", "alice"))).isEqualTo("pg_hba.conf:4");
    assertThat(files.decides(client("11.0.0.1", "x", "@names"))).isEqualTo("pg_hba.conf:5");
  }

  @Test
  void rule_shown_hasNoSecret() {
    HbaRule rule =
        Files.hba(
                "hostssl a,b all 10.0.0.0 255.0.0.0 ldap ldapserver=x ldapbasedn=\"dc=x, dc=y\""
                    + " ldapbinddn=cn=z ldapbindpasswd=hunter2")
            .rules()
            .rules()
            .getFirst();
    assertThat(rule.toString()).doesNotContain("hunter2").contains("dc=x, dc=y");
    assertThat(rule.shown().options()).containsEntry("ldapbindpasswd", "***");
    assertThat(rule.shown().netmask()).isEqualTo("255.0.0.0");
  }
}
