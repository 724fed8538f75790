package io.trunkline.bench.demo;

import io.trunkline.bench.demo.ProxyView.MemberLine;
import io.trunkline.bench.demo.ProxyView.Pools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Turns a moment into text: a page for a terminal, or one line for a log.
final class Picture {
  private static final String MEMBER = "  %-7s %-16s %-8s %3s %9s   %-16s %8s %8s  %s";

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
            + "    the console");
  }

  static List<String> page(Snapshot now) {
    List<String> lines = new ArrayList<>();
    lines.add("Trunkline demo    running " + clockText(now.running()));
    lines.add("");
    lines.addAll(invitation(now.ports()));
    now.ports().remarks().forEach(remark -> lines.add("  (" + remark + ")"));
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
    lines.add(
        "  %-8s %5s %10s %7s %7s %13s %14s   %s"
            .formatted(
                "CLIENTS",
                "PORT",
                "ANSWERS",
                "ERRORS",
                "NOW/s",
                "LAST GAP",
                "LONGEST GAP",
                "LAST ERROR"));
    lines.add(clientsRow("writers", now.ports().writes(), now.writes()));
    lines.add(clientsRow("readers", now.ports().reads(), now.reads()));
    lines.add("");
    now.story().forEach(line -> lines.add("  " + line));
    lines.add("");
    lines.add("  k kill the primary    s switch over    r rejoin who is down    q quit");
    return lines;
  }

  private static String memberRow(MemberLine member, Snapshot now) {
    Pools pools = member.pools();
    int server = member.address().port();
    return MEMBER
        .formatted(
            member.name(),
            member.address(),
            member.alive() ? member.role() : "down",
            member.timeline() == 0 ? "-" : member.timeline(),
            lag(member),
            "%d/%d/%d".formatted(pools.open(), pools.used(), pools.waiting()),
            now.writes().bySecond(server),
            now.reads().bySecond(server),
            member.reason())
        .stripTrailing();
  }

  private static String lag(MemberLine member) {
    if (!member.alive() || !member.role().equals("standby")) {
      return "-";
    }
    return member.lag().isZero() ? member.lagBytes() + " B" : millisText(member.lag());
  }

  private static String clientsRow(String name, int port, Snapshot.Clients clients) {
    ClientReport report = clients.report();
    return "  %-8s %5d %10d %7d %7s %13s %14s   %s"
        .formatted(
            name,
            port,
            report.answers(),
            report.errors(),
            clients.bySecond(),
            millisText(report.gapSinceMark()),
            millisText(report.longestGap()),
            report.lastError())
        .stripTrailing();
  }

  /// The same moment in one line.
  static String line(Snapshot now) {
    StringBuilder members = new StringBuilder();
    for (MemberLine member : now.members()) {
      members.append(
          "  %s %s TL%d%s"
              .formatted(
                  member.name(),
                  member.alive() ? member.role() : "down",
                  member.timeline(),
                  member.role().equals("standby") && member.alive() ? " lag " + lag(member) : ""));
    }
    return "%s%s  |  writes %s  |  reads %s"
        .formatted(
            clockText(now.running()), members, clientsText(now.writes()), clientsText(now.reads()));
  }

  private static String clientsText(Snapshot.Clients clients) {
    ClientReport report = clients.report();
    return "%d/s errors %d gap %s"
        .formatted(clients.bySecond(), report.errors(), millisText(report.gapSinceMark()));
  }

  /// What is left to read when the demo has ended.
  static List<String> summary(Snapshot last) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("What the clients saw in " + clockText(last.running()) + ":");
    lines.add(summaryOf("writers", last.ports().writes(), last.writes().report()));
    lines.add(summaryOf("readers", last.ports().reads(), last.reads().report()));
    return lines;
  }

  private static String summaryOf(String name, int port, ClientReport report) {
    String text =
        "  %s on %d: %d answers, %d errors, longest wait for an answer %s"
            .formatted(
                name, port, report.answers(), report.errors(), millisText(report.longestGap()));
    return report.lastError().isEmpty() ? text : text + "; last error: " + report.lastError();
  }

  private static String clockText(Duration duration) {
    return "%02d:%02d:%02d"
        .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }

  private static String millisText(Duration duration) {
    return duration.toMillis() < 1_000
        ? duration.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1_000.0);
  }
}
