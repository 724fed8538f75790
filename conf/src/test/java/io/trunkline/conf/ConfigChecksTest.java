package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that are fine by themselves and impossible together.
class ConfigChecksTest {

  private static final String USERS = "users: { app: { password: app } }\n";
  private static final String CLUSTER = "clusters: { main: { members: [h] } }\n";
  private static final String LISTENER = "listeners: [{ port: 5000 }]\n";
  private static final String MD5 = "md5" + "0".repeat(32);

  private static Arguments mistake(String text, String... told) {
    return Arguments.of(text, List.of(told));
  }

  static Stream<Arguments> listeners() {
    String known = ", allowed the name of a cluster: main";
    return Stream.of(
        mistake(
            CLUSTER + USERS + "listeners: []",
            "3: listeners: found an empty list, allowed at least one listener"),
        mistake(
            CLUSTER + USERS + "listeners:\n - port: 5000\n - port: 5000\n",
            "5: listeners[1].port: found 5000, allowed a port that listeners[0] does not have"),
        mistake(
            CLUSTER + USERS + "listeners:\n - {port: 1, address: a}\n - {port: 1, address: '::'}\n",
            "5: listeners[1].port: found 1, allowed a port that listeners[0] does not have"),
        mistake(
            LISTENER + CLUSTER + USERS + "http: { port: 5000 }",
            "4: http.port: found 5000, allowed a port that listeners[0] does not have"),
        mistake(
            LISTENER + CLUSTER + USERS + "http: { address: h }",
            "4: http.port: found nothing, allowed a whole number, at most 65535"),
        mistake(
            CLUSTER + USERS + "listeners:\n - {port: 1, cluster: mian}\n",
            "4: listeners[0].cluster: found \"mian\"" + known + "; did you mean main?"),
        mistake(
            LISTENER + CLUSTER + USERS + "databases: { a: { cluster: other } }",
            "4: databases.a.cluster: found \"other\"" + known),
        mistake(
            LISTENER + USERS + "clusters: { a: { members: [h] }, b: { members: [i] } }",
            "1: listeners[0].cluster: found nothing, allowed the name of a cluster: a | b"),
        mistake(
            CLUSTER + USERS + "listeners:\n - {port: 1, tags: {dc: east}}\n",
            "4: listeners[0].tags: found tags no member has, allowed tags of at least one member"));
  }

  static Stream<Arguments> clusters() {
    return Stream.of(
        mistake(
            LISTENER + USERS + "clusters: {}",
            "3: clusters: found no cluster, allowed at least one cluster"),
        mistake(
            LISTENER + USERS + "clusters: { main: {} }",
            "3: clusters.main.members: found no member,"
                + " allowed at least one member, or patroni, which knows them"),
        mistake(
            LISTENER + USERS + "clusters:\n main:\n  members: []\n",
            "5: clusters.main.members: found no member,"
                + " allowed at least one member, or patroni, which knows them"),
        mistake(
            LISTENER + USERS + "clusters:\n main:\n  patroni: {}\n",
            "5: clusters.main.patroni: found neither etcd nor rest, allowed one of them, or both"),
        mistake(
            LISTENER + USERS + "clusters:\n main:\n  patroni: { etcd: { endpoints: [h] } }\n",
            "5: clusters.main.patroni.scope: found nothing, allowed Patroni's scope, as etcd is"
                + " asked"),
        mistake(
            LISTENER + USERS + "clusters:\n main:\n  patroni: { rest: {} }\n",
            "5: clusters.main.patroni.rest.urls: found an empty list, allowed at least one member,"
                + " as there is no etcd"),
        mistake(
            LISTENER + USERS + "clusters:\n main:\n  patroni: { rest: { urls: [h], user: u } }\n",
            "5: clusters.main.patroni.rest.password: found nothing, allowed the password of user"),
        mistake(
            LISTENER
                + USERS
                + "clusters:\n main:\n  patroni: { scope: s, etcd: { endpoints: ['ftp://h/'] } }\n",
            "5: clusters.main.patroni.etcd.endpoints: found \"ftp://h/\","
                + " allowed host, host:port, http://host:port or https://host:port"),
        mistake(
            LISTENER + USERS + "clusters:\n main:\n  members:\n   - h\n   - h:5432\n",
            "7: clusters.main.members[1].address: found h:5432,"
                + " allowed an address that clusters.main.members[0] does not have"),
        mistake(
            LISTENER
                + USERS
                + "clusters:\n main:\n  members:\n   - {name: a, address: h}\n"
                + "   - {name: a, address: i}\n",
            "7: clusters.main.members[1].name: found \"a\","
                + " allowed a name that clusters.main.members[0] does not have"),
        mistake(
            LISTENER
                + USERS
                + "clusters: { main: { members: [h],\n probe: { password: "
                + MD5
                + " } } }",
            "4: clusters.main.probe.password: found a verifier, allowed the plain password"));
  }

  static Stream<Arguments> peers() {
    String all = LISTENER + CLUSTER + USERS;
    return Stream.of(
        mistake(
            all + "peers: { self: 1, instances: { 0: h, b: h, 128: h, 2: h } }",
            "4: peers.instances.0: found \"0\", allowed a number from 1 to 127",
            "4: peers.instances.b: found \"b\", allowed a number from 1 to 127",
            "4: peers.instances.128: found \"128\", allowed a number from 1 to 127"),
        mistake(
            all + "peers: { self: 3, instances: { 3: h } }",
            "4: peers.instances: found no instance but this one, allowed at least one other"
                + " instance, or etcd, which knows"),
        mistake(
            all + "peers: { instances: { 3: h } }",
            "4: peers.self: found nothing, allowed a number from 1 to 127, or etcd, which gives"
                + " one"),
        mistake(
            all + "peers: { self: 1, address: h, instances: { 3: h } }",
            "4: peers.address: found an address without etcd, allowed the address in instances, or"
                + " etcd"),
        mistake(
            all + "peers: { etcd: { endpoints: [h] } }",
            "4: peers.address: found nothing, allowed the host and port at which the other"
                + " instances reach this one"),
        mistake(
            all + "peers: { address: '*:5010', etcd: { endpoints: [h] }, prefix: 'a b' }",
            "4: peers.address: found \"*:5010\", allowed the host and port at which the other"
                + " instances reach this one",
            "4: peers.prefix: found \"a b\", allowed a text that begins with / and has no blanks"),
        mistake(
            all + "peers: { address: h, instances: { 3: h }, etcd: { endpoints: [h] } }",
            "4: peers.instances: found instances beside etcd, allowed one of both: etcd knows the"
                + " instances"),
        mistake(
            all + "peers: { address: h, etcd: { endpoints: [] } }",
            "4: peers.etcd.endpoints: found an empty list, allowed at least one endpoint"),
        mistake(
            all + "peers: { address: h, ttl: 2s, etcd: { endpoints: [h], user: u } }",
            "4: peers.etcd.password: found nothing, allowed the password of user",
            "4: peers.ttl: found \"2s\", allowed a duration with its unit, such as 250ms, 30s,"
                + " 5m, 1h or 1d, from 3s to 10m"),
        mistake(
            all + "peers: { self: 128, instances: { 3: h } }",
            "4: peers.self: found \"128\", allowed a whole number, at most 127"));
  }

  static Stream<Arguments> pools() {
    return Stream.of(
        mistake(
            LISTENER + CLUSTER + USERS + "pool:\n  size: 3\n  min_size: 4\n",
            "6: pool.min_size: found 4, allowed at most size, 3"),
        mistake(
            LISTENER + CLUSTER + USERS + "databases:\n  d: { pool: { min_size: 21 } }\n",
            "5: databases.d.pool.min_size: found 21, allowed at most size, 20"),
        mistake(
            LISTENER + CLUSTER + "users:\n  u:\n    password: p\n    pool: { min_size: 21 }\n",
            "6: users.u.pool.min_size: found 21, allowed at most size, 20"));
  }

  static Stream<Arguments> logins() {
    return Stream.of(
        mistake(
            LISTENER + CLUSTER,
            "1: users: found no users, and neither auth.user_file nor auth.query_user,"
                + " allowed at least one of them while listeners ask for passwords"),
        mistake(
            LISTENER + CLUSTER + "users:\n  app:\n",
            "4: users.app.password: found nothing, allowed a text, {env: NAME} or {file: PATH},"
                + " for every listener asks for passwords"),
        mistake(
            LISTENER + CLUSTER + "users:\n  app: { password: " + MD5 + " }\n",
            "4: users.app.password: found an md5 hash, allowed a plain password or a SCRAM"
                + " verifier, for every listener asks scram-sha-256"),
        mistake(
            LISTENER + CLUSTER + USERS + "admin:\n  users: { a: { password: " + MD5 + " } }\n",
            "5: admin.users.a.password: found an md5 hash, allowed a plain password or a SCRAM"
                + " verifier, for every listener asks scram-sha-256"),
        mistake(
            LISTENER + CLUSTER + USERS + "auth: { query_password: x }",
            "4: auth.query_password: found a password, allowed query_user as well"),
        mistake(
            LISTENER + CLUSTER + USERS + "auth: { query: select 1 }",
            "4: auth.query: found a query without $1, allowed $1 where the user's name goes"),
        mistake(
            LISTENER + CLUSTER + USERS + "auth: { query: 'select f($1, $2)' }",
            "4: auth.query: found a query with $2, allowed $1 where the user's name goes"),
        mistake(
            LISTENER + CLUSTER + USERS + "databases: { d: { password: p } }",
            "4: databases.d.password: found a password without a user, allowed both, or neither"),
        mistake(
            LISTENER + CLUSTER + USERS + "databases:\n  pgbouncer: {}\n",
            "5: databases.pgbouncer: found the name of the console,"
                + " allowed another name, or other admin.databases"));
  }

  static Stream<Arguments> tls() {
    return Stream.of(
        mistake(
            CLUSTER + USERS + "listeners:\n - { port: 1, auth_method: cert }\n",
            "4: listeners[0].tls: found no ca_file, or no TLS,"
                + " allowed TLS that asks clients for certificates, as the method is cert"),
        mistake(
            CLUSTER + USERS + "listeners:\n - port: 1\n   tls: { mode: require }\n",
            "5: listeners[0].tls.cert_file: found nothing,"
                + " allowed a PEM file, as mode require needs it"),
        mistake(
            LISTENER
                + USERS
                + "clusters:\n main:\n  members: [h]\n  tls:\n   ca_file: system\n"
                + "   sslmode: require\n",
            "8: clusters.main.tls.sslmode: found require,"
                + " allowed verify-full, as ca_file is system"),
        mistake(
            LISTENER
                + USERS
                + "clusters:\n main:\n  members: [h]\n"
                + "  tls: {sslmode: verify-ca, ca_file: no.crt}\n",
            "6: clusters.main.tls.ca_file: found /etc/trunkline/no.crt: no such file,"
                + " allowed a PEM file with root certificates"));
  }

  @ParameterizedTest
  @MethodSource({"peers", "listeners", "clusters", "pools", "logins", "tls"})
  void read_impossibleTogether_isToldWithItsLine(String text, List<String> told) {
    assertThat(ConfigTexts.mistakes(text)).containsExactlyElementsOf(told);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listeners: [{ port: 0 }, { port: 0 }]\n" + CLUSTER + USERS,
        "listeners: [{ port: 1, address: a }, { port: 1, address: b }]\n" + CLUSTER + USERS,
        LISTENER + CLUSTER + "auth: { method: trust }\n",
        LISTENER + CLUSTER + "auth: { query_user: q }\nusers: { app: {} }\n",
        LISTENER
            + CLUSTER
            + "auth: { method: md5 }\nusers: { a: { password: "
            + "md500000000000000000000000000000000"
            + " } }\n",
        LISTENER
            + USERS
            + "clusters: { a: { members: [h] }, b: { members: [i] } }\n"
            + "databases: { a: { cluster: a }, b: { cluster: b } }\n",
      })
  void read_unusualButPossible_isAllowed(String text) {
    assertThat(ConfigTexts.mistakes(text)).isEmpty();
  }
}
