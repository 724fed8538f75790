package io.trunkline.bench.demo;

import io.trunkline.bench.demo.ProxyView.MemberLine;
import io.trunkline.bench.demo.ProxyView.Pools;
import java.util.ArrayList;
import java.util.List;

/// Turns a moment into text: a page for a terminal, or one line for a log.
final class Picture {
  private static final String KEYS =
      "k kill the primary   s switch over   r take back who is down   q quit";
  private static final String MEMBER = "  %-6s %-15s %-7s %3s %8s  %-14s %8s %7s  %s";
  private static final String CLIENTS = "  %-7s %5s %10s %7s   %13s   %s";

  /// So that the page fits the 24 lines of a small terminal. Of its 80 columns only events and
  /// error texts, which come last in their lines, take more.
  private static final int LAST_LINES = 3;

  private Picture() {}

  /// How to connect; shown once before the line-wise view and at the top of each page.
  static List<String> invitation(DemoPorts ports) {
    String address = "@127.0.0.1:%d/%s";
    return List.of(
        "  psql -h 127.0.0.1 -p %d -U app app          password app".formatted(ports.writes()),
        "  postgresql://app:app" + address.formatted(ports.writes(), "app") + "    the primary",
        "  postgresql://app:app" + address.formatted(ports.reads(), "app") + "    the standbys",
        "  postgresql://admin:admin"
            + address.formatted(ports.writes(), "trunkline")
            + "    the console: SHOW HELP");
  }

  static List<String> page(Snapshot now) {
    List<String> lines = new ArrayList<>();
    lines.add("Trunkline demo " + Texts.clock(now.running()));
    lines.add("  " + KEYS);
    lines.addAll(invitation(now.ports()));
    if (!now.ports().remarks().isEmpty()) {
      lines.add("  (" + String.join("; ", now.ports().remarks()) + ")");
    }
    lines.add("");
    lines.add(
        MEMBER
            .formatted(
                "MEMBER",
                "ADDRESS",
                "ROLE",
                "TL",
                "LAG",
                "OPEN/USED/WAIT",
                "WRITES/s",
                "READS/s",
                "")
            .stripTrailing());
    now.members().forEach(member -> lines.add(memberRow(member, now)));
    lines.add("");
    lines.add(CLIENTS.formatted("CLIENTS", "PORT", "QUERIES", "NOW/s", "LONGEST PAUSE", "ERRORS"));
    lines.add(clientsRow("writers", now.ports().writes(), now.writes()));
    lines.add(clientsRow("readers", now.ports().reads(), now.reads()));
    lines.add("");
    last(now.events()).forEach(event -> lines.add("  " + Summary.text(event)));
    lines.add("");
    last(now.story()).forEach(line -> lines.add("  " + line));
    return lines;
  }

  private static <T> List<T> last(List<T> all) {
    return all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
  }

  private static String memberRow(MemberLine member, Snapshot now) {
    Pools pools = member.pools();
    int server = member.address().port();
    return MEMBER
        .formatted(
            member.name(),
            member.address(),
            role(member),
            member.timeline() == 0 ? "-" : member.timeline(),
            lag(member),
            "%d/%d/%d".formatted(pools.open(), pools.used(), pools.waiting()),
            now.writes().bySecond(server),
            now.reads().bySecond(server),
            member.reason())
        .stripTrailing();
  }

  private static String role(MemberLine member) {
    return member.alive() ? member.role() : "down";
  }

  private static String lag(MemberLine member) {
    if (!member.alive() || !member.role().equals("standby")) {
      return "-";
    }
    return member.lag().isZero() ? member.lagBytes() + " B" : Texts.millis(member.lag());
  }

  private static String clientsRow(String name, int port, Snapshot.Clients clients) {
    ClientReport report = clients.report();
    String row =
        CLIENTS.formatted(
            name,
            port,
            report.answers(),
            clients.bySecond(),
            Texts.millis(report.noticed().longestPause()),
            report.noticed().errorsText());
    return report.lastError().isEmpty() ? row : row + ", last " + report.lastError();
  }

  /// The same moment in one line.
  static String line(Snapshot now) {
    StringBuilder line = new StringBuilder(Texts.clock(now.running()));
    for (MemberLine member : now.members()) {
      line.append("  %s %s".formatted(member.name(), role(member)));
      if (member.alive()) {
        int server = member.address().port();
        line.append(" TL%d".formatted(member.timeline()));
        line.append(lag(member).equals("-") ? "" : " lag " + lag(member));
        line.append(
            " w%d/r%d".formatted(now.writes().bySecond(server), now.reads().bySecond(server)));
      }
    }
    return line.append("  |  writers ")
        .append(text(now.writes()))
        .append("  |  readers ")
        .append(text(now.reads()))
        .toString();
  }

  private static String text(Snapshot.Clients clients) {
    ClientReport report = clients.report();
    return "%d/s, pause %s, %s"
        .formatted(
            clients.bySecond(),
            Texts.millis(report.noticedSinceMark().longestPause()),
            report.noticed().errorsText());
  }
}
