package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.bench.demo.ProxyView.MemberLine;
import io.trunkline.bench.demo.ProxyView.Pools;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final DemoPorts PORTS =
      new DemoPorts(5000, 5002, List.of("port 5001 is busy, using 5002"));

  private final Snapshot now =
      new Snapshot(
          Duration.ofSeconds(62),
          PORTS,
          List.of(
              member("pg1", 21_001, "primary", true, Duration.ZERO),
              member("pg2", 21_002, "standby", true, Duration.ofMillis(1_500)),
              member("pg3", 21_003, "standby", false, Duration.ZERO)),
          clients(Map.of(21_001, 40L), "57P01 the end"),
          clients(Map.of(21_002, 30L), ""),
          List.of("12:00:00  killed pg3"));

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
        .anyMatch(line -> line.matches(" *writers +5000 +7 +2 +40 +20 ms +3.00 s +57P01 the end"))
        .contains("  12:00:00  killed pg3");
  }

  @Test
  void line_ofAMoment_hasItAllInOne() {
    assertThat(Picture.line(now))
        .startsWith("00:01:02")
        .contains("pg1 primary TL1")
        .contains("pg2 standby TL1 lag 1.50 s")
        .contains("pg3 down")
        .contains("writes 40/s errors 2 gap 20 ms")
        .doesNotContain("\n");
  }

  @Test
  void summary_ofTheEnd_tellsTheLongestWait() {
    assertThat(Picture.summary(now))
        .anyMatch(line -> line.contains("writers on 5000: 7 answers, 2 errors"))
        .anyMatch(line -> line.contains("longest wait for an answer 3.00 s"));
  }

  private static MemberLine member(
      String name, int port, String role, boolean alive, Duration lag) {
    var address = new HostPort("127.0.0.1", port);
    return new MemberLine(name, address, role, alive, 1, 0, lag, new Pools(4, 1, 0), "");
  }

  private static Snapshot.Clients clients(Map<Integer, Long> rates, String error) {
    var report =
        new ClientReport(
            7, 2, Duration.ofSeconds(3), Duration.ofMillis(20), Duration.ZERO, error, Map.of());
    return new Snapshot.Clients(report, rates);
  }
}
