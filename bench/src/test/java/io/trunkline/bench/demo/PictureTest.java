package io.trunkline.bench.demo;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.bench.demo.ProxyView.MemberLine;
import io.trunkline.bench.demo.ProxyView.Pools;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final DemoPorts PORTS =
      new DemoPorts(5000, 5002, List.of("port 5001 is busy, using 5002"));

  private static final Chronicle.Event KILL =
      new Chronicle.Event(
          Duration.ofSeconds(10),
          "kill of pg3",
          noticed(2_810, Map.of("08006", 2L, "57P01", 1L)),
          noticed(40, Map.of()));

  private final Snapshot now = snapshot(PORTS, List.of(KILL), List.of("12:00:00  killed pg3"));

  private static Snapshot snapshot(
      DemoPorts ports, List<Chronicle.Event> events, List<String> story) {
    return new Snapshot(
        Duration.ofSeconds(62),
        ports,
        List.of(
            member("pg1", 21_001, "primary", true, Duration.ZERO),
            member("pg2", 21_002, "standby", true, Duration.ofMillis(1_500)),
            member("pg3", 21_003, "standby", false, Duration.ZERO)),
        clients(Map.of(21_001, 40L), "57P01 the end"),
        clients(Map.of(21_002, 30L), ""),
        events,
        story);
  }

  @Test
  void page_ofAMoment_tellsHowToConnect() {
    assertThat(Picture.page(now))
        .anyMatch(line -> line.contains("psql -h 127.0.0.1 -p 5000 -U app app"))
        .anyMatch(line -> line.contains("postgresql://app:app@127.0.0.1:5000/app"))
        .anyMatch(line -> line.contains("postgresql://app:app@127.0.0.1:5002/app"))
        .anyMatch(line -> line.contains("postgresql://admin:admin@127.0.0.1:5000/trunkline"))
        .anyMatch(line -> line.contains("port 5001 is busy, using 5002"));
  }

  @Test
  void page_ofAMoment_showsMembersClientsAndStory() {
    assertThat(Picture.page(now))
        .anyMatch(line -> line.matches(" *pg1 +127.0.0.1:21001 +primary +1 +- +4/1/0 +40 +0"))
        .anyMatch(line -> line.matches(" *pg2 +127.0.0.1:21002 +standby +1 +1.50 s .* 0 +30"))
        .anyMatch(line -> line.matches(" *pg3 .* down .*"))
        .anyMatch(line ->
            line.matches(
                " *writers +5000 +7 +40 +3.00 s +2 errors .2 of 57P01., last 57P01 the end"))
        .anyMatch(line -> line.matches(" *00:00:10 +kill of pg3 +writers 2.81 s, 3 errors .*"))
        .contains("  12:00:00  killed pg3");
  }

  @Test
  void line_ofAMoment_hasItAllInOne() {
    assertThat(Picture.line(now))
        .startsWith("00:01:02")
        .contains("pg1 primary TL1 w40/r0")
        .contains("pg2 standby TL1 lag 1.50 s w0/r30")
        .contains("pg3 down")
        .contains("writers 40/s, pause 20 ms, 2 errors (2 of 57P01)")
        .doesNotContain("\n");
  }

  @Test
  void page_withAllThereCanBe_fitsASmallTerminal() {
    var ports =
        new DemoPorts(
            65_532, 65_533, List.of("port 65530 is busy, using 65532", "port 65531 is busy, …"));
    var line = "12:00:00  switching over from pg1 to pg2";

    assertThat(Picture.page(snapshot(ports, nCopies(9, KILL), nCopies(9, line))))
        .hasSizeLessThanOrEqualTo(24)
        .filteredOn(text -> !text.contains("writers"))
        .allMatch(text -> text.length() <= 80);
  }

  @Test
  void summary_ofTheEnd_tellsWhereQueriesWent() {
    assertThat(Summary.lines(now))
        .anyMatch(line -> line.matches(" *pg1 +127.0.0.1:21001 +5 +5"))
        .anyMatch(line -> line.matches(" *pg2 +127.0.0.1:21002 +2 +2"))
        .anyMatch(line -> line.matches(" *pg3 +127.0.0.1:21003 +0 +0"));
  }

  @Test
  void summary_ofTheEnd_tellsWhatClientsNoticedOfEachEvent() {
    assertThat(Summary.lines(now))
        .contains(
            "  writers on 5000: 7 queries, 2 errors (2 of 57P01),"
                + " longest pause between two 3.00 s; last error: 57P01 the end")
        .anyMatch(line ->
            line.matches(
                " *00:00:10 +kill of pg3 +writers 2.81 s, 3 errors .2 of 08006, 1 of 57P01."
                    + " +readers 40 ms, no errors"));
  }

  private static MemberLine member(
      String name, int port, String role, boolean alive, Duration lag) {
    var address = new HostPort("127.0.0.1", port);
    return new MemberLine(name, address, role, alive, 1, 0, lag, new Pools(4, 1, 0), "");
  }

  private static Snapshot.Clients clients(Map<Integer, Long> rates, String error) {
    var report =
        new ClientReport(
            7,
            noticed(3_000, Map.of("57P01", 2L)),
            noticed(20, Map.of()),
            Duration.ZERO,
            error,
            Map.of(21_001, 5L, 21_002, 2L));
    return new Snapshot.Clients(report, rates);
  }

  private static Noticed noticed(long pauseMillis, Map<String, Long> errors) {
    return new Noticed(Duration.ofMillis(pauseMillis), new TreeMap<>(errors));
  }
}
