package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.Claims;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.etcd.Entry;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatroniKeysTest {
  private static final String NODE1 =
      "{\"conn_url\":\"postgres://10.77.0.11:5432/postgres\","
          + "\"api_url\":\"http://10.77.0.11:8008/patroni\",\"state\":\"running\","
          + "\"role\":\"master\",\"version\":\"3.0.2\",\"timeline\":24,"
          + "\"tags\":{\"noloadbalance\":true,\"dc\":\"east\",\"failover_priority\":2,\"x\":[]}}";

  @Test
  void read_keysOfAnIdleCluster_areAView() {
    PatroniView view =
        read(
            Map.of(
                "leader", "node1",
                "members/node1", NODE1,
                "config", "{\"ttl\":20,\"pause\":true,\"failsafe_mode\":true}",
                "sync", "{\"leader\":\"node1\",\"sync_standby\":\"node2, node3\"}",
                "initialize", "18446744073709551615",
                "failover", "{}",
                "status", "{\"optime\":162422920}",
                "history", "[[1,83944752,\"no recovery target specified\"]]"));

    assertThat(view.holder()).isEqualTo("node1");
    assertThat(view.overwritten()).isFalse();
    assertThat(view.members())
        .containsExactly(
            new DeclaredMember(
                "node1",
                new HostPort("10.77.0.11", 5432),
                Map.of("noloadbalance", "true", "dc", "east", "failover_priority", "2"),
                "running primary"));
    assertThat(view.apis())
        .isEqualTo(Map.of("node1", new StoreAddress(false, new HostPort("10.77.0.11", 8008))));
    assertThat(view.rules()).isEqualTo(new PatroniView.Rules(Duration.ofSeconds(20), true, true));
    assertThat(view.synchronous()).containsExactly("node2", "node3");
    assertThat(view.announced()).isNull();
    assertThat(view.systemIdentifier()).isEqualTo(-1);
  }

  @Test
  void read_noKeys_isPatronisDefaults() {
    PatroniView view = read(Map.of());

    assertThat(view.holder()).isNull();
    assertThat(view.members()).isEmpty();
    assertThat(view.rules()).isEqualTo(PatroniView.Rules.DEFAULT);
    assertThat(view.systemIdentifier()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "{'leader':'a','member':'b'} | a | b | -",
        "{'leader':'a'} | a | - | -",
        "{'member':'b'} | - | b | -",
        "{'leader':'a','scheduled_at':'2026-11-21T10:00:00+01:00'} | a | - | 2026-11-21T09:00:00Z",
        "{'leader':'a','scheduled_at':'2026-11-21 10:00:00+00:00'} | a | - | 2026-11-21T10:00:00Z",
        "{'leader':'a','scheduled_at':'soon'} | a | - | -"
      })
  void read_failoverKey_isAnnounced(String value, String from, String to, Instant at) {
    PatroniView.Announced announced =
        read(Map.of("failover", value.replace('\'', '"'))).announced();

    assertThat(announced.handover()).isEqualTo(new Claims.Handover(from, to));
    assertThat(announced.at()).isEqualTo(at);
    assertThat(announced.id()).isEqualTo(7);
  }

  @Test
  void read_brokenValues_arePassedOverWithAComplaintEach() {
    PatroniKeys.Reading reading =
        PatroniKeys.read(
            keyspace(
                Map.of(
                    "members/a", "not json",
                    "members/b", "{\"conn_url\":\"10.0.0.1\"}",
                    "members/", "{\"conn_url\":\"postgres://h/\"}",
                    "members/node1", NODE1,
                    "config", "[]",
                    "failover", "{\"leader\":",
                    "initialize", "",
                    "sync", "",
                    "leader", "")));

    assertThat(reading.view().members()).extracting(DeclaredMember::name).containsExactly("node1");
    assertThat(reading.view().holder()).isNull();
    assertThat(reading.complaints())
        .containsExactly(
            "members/ has no conn_url that can be read",
            "members/a cannot be read: no value at character 0",
            "members/b has no conn_url that can be read",
            "config cannot be read: not an object",
            "failover cannot be read: the end of the text at character 10");
  }

  @Test
  void read_keyPutOverAnothers_isOverwritten() {
    TreeMap<String, Entry> entries = new TreeMap<>();
    entries.put("leader", new Entry("node3", 5, 9));

    assertThat(PatroniKeys.read(new Keyspace(1, 9, entries)).view().overwritten()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "postgres://10.0.0.1:5432/postgres, 10.0.0.1:5432",
    "postgresql://host/db?x=y, host:5432",
    "postgres://user:p@ss@my_host:6000, my_host:6000",
    "'postgres://[2001:db8::1]:5433/postgres', '[2001:db8::1]:5433'",
    "'postgres://a:1,b:2/x', a:1"
  })
  void address_ofAConnUrl_isItsFirstHost(String url, String address) {
    assertThat(ConnUrl.address(url)).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.1:5432", "postgres://", "postgres://h:x/", "postgres://h:0/"})
  void address_ofNone_isNull(String url) {
    assertThat(ConnUrl.address(url)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "h, http://h:8008",
    "h:1, http://h:1",
    "http://h/patroni, http://h:8008",
    "HTTPS://h:2/x/y, https://h:2",
    "'[::1]:3', 'http://[::1]:3'"
  })
  void parse_address_isIt(String text, String url) {
    assertThat(StoreAddress.parse(text, 8008)).hasToString(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ftp://h", "http://", "u:p@h", "h h", "h:99999", "http://h\n"})
  void parse_noAddress_isNull(String text) {
    assertThat(StoreAddress.parse(text, 8008)).isNull();
  }

  @Test
  void with_changes_areMergedInOrderAndOldOnesPassedOver() {
    Keyspace known = keyspace(Map.of("leader", "a", "failover", "{}"));

    Keyspace next =
        known.with(
            List.of(
                new Keyspace.Change("leader", new Entry("old", 6, 6), 6),
                new Keyspace.Change("leader", null, 8),
                new Keyspace.Change("leader", new Entry("b", 9, 9), 9),
                new Keyspace.Change("failover", null, 9)));

    assertThat(next.value("leader")).isEqualTo("b");
    assertThat(next.value("failover")).isNull();
    assertThat(next.revision()).isEqualTo(9);
    assertThat(known.with(List.of())).isSameAs(known);
  }

  private static PatroniView read(Map<String, String> values) {
    return PatroniKeys.read(keyspace(values)).view();
  }

  private static Keyspace keyspace(Map<String, String> values) {
    TreeMap<String, Entry> entries = new TreeMap<>();
    values.forEach((key, value) -> entries.put(key, new Entry(value, 7, 7)));
    return new Keyspace(1, 7, entries);
  }
}
