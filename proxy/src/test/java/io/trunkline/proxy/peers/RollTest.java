package io.trunkline.proxy.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.etcd.Entry;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.settings.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RollTest {
  private final List<String> complaints = new ArrayList<>();

  private Roll roll(Map<String, String> keys) {
    var entries = new TreeMap<String, Entry>();
    keys.forEach((key, value) -> entries.put(key, new Entry(value, 5, 6)));
    return Roll.of(new Keyspace(1, 10, entries), complaints::add);
  }

  private static Keyspace.Change put(String key, String value, long revision) {
    return new Keyspace.Change(key, new Entry(value, revision, revision), revision);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:5010 ab, 10.0.0.1, 5010",
    "10.0.0.1 ab, 10.0.0.1, 5432",
    "[fd00::1]:5010 ab, fd00::1, 5010",
    "node1:1  ab more words, node1, 1"
  })
  void of_seat_isRead(String value, String host, int port) {
    Roll roll = roll(Map.of("7", value));

    assertThat(roll.seats())
        .containsOnly(Map.entry(7, new Seat(new HostPort(host, port), "ab", 6)));
    assertThat(roll.instances()).containsOnly(Map.entry(7, new HostPort(host, port)));
    assertThat(roll.numberOf("ab")).isEqualTo(7);
    assertThat(roll.numberAt(new HostPort(host, port))).isEqualTo(7);
    assertThat(roll.isFree(7)).isFalse();
    assertThat(roll.isFree(8)).isTrue();
    assertThat(complaints).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1:5010",
        "10.0.0.1:0 ab",
        "10.0.0.1:65536 ab",
        "10.0.0.1:x ab",
        "*:5010 ab",
        "0.0.0.0:5010 ab",
        "/tmp ab",
        "@abstract ab",
        "h\u0000st:1 ab",
        "h\u00f6st:1 ab",
        "{\"address\":\"10.0.0.1:5010\"} ab"
      })
  void of_valueThatIsNoSeat_isToldAndItsNumberTaken(String value) {
    Roll roll = roll(Map.of("7", value));

    assertThat(roll.instances()).isEmpty();
    assertThat(roll.isFree(7)).isFalse();
    assertThat(complaints).containsExactly("the value of key \"7\" is not HOST:PORT OWNER");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "128", "01", "1000", "-1", "1/2", "\u0661", "leader"})
  void of_keyThatIsNoNumber_isToldAndIgnored(String key) {
    Roll roll = roll(Map.of(key, "10.0.0.1:5010 ab"));

    assertThat(roll.seats()).isEmpty();
    assertThat(complaints).containsExactly("key \"" + key + "\" is no number from 1 to 127");
  }

  @Test
  void of_longKeyAndValue_areToldShort() {
    roll(Map.of("k\n".repeat(10_000), "", "7", "x".repeat(100_000) + " ab"));

    assertThat(complaints).hasSize(2).allMatch(line -> line.length() < 300 && !line.contains("\n"));
  }

  @Test
  void with_changes_areThereAndOlderOnesPassedOver() {
    Roll roll = roll(Map.of("1", "10.0.0.1:1 a", "2", "10.0.0.2:1 b"));

    Roll next =
        roll.with(
            List.of(
                put("1", "10.0.0.9:1 z", 9), // known already
                put("2", "10.0.0.3:1 c", 11),
                put("3", "10.0.0.4:1 d", 12),
                new Keyspace.Change("3", null, 13),
                new Keyspace.Change("nonsense", null, 13)),
            complaints::add);

    assertThat(next.revision()).isEqualTo(13);
    assertThat(next.instances())
        .containsOnly(
            Map.entry(1, new HostPort("10.0.0.1", 1)), Map.entry(2, new HostPort("10.0.0.3", 1)));
    assertThat(complaints).isEmpty();
  }

  @Property
  void of_anything_isBoundedAndReadsNothingWrong(
      @ForAll Map<String, String> keys, @ForAll String value) {
    Roll roll = roll(keys).with(List.of(put("9", value, 11)), complaints::add);

    assertThat(roll.seats().keySet()).allMatch(number -> number >= 1 && number <= 127);
    assertThat(roll.instances().values())
        .allMatch(address -> address.host().chars().allMatch(c -> c > ' ' && c < 127));
  }
}
