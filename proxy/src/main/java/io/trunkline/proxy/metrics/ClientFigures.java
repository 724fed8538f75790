package io.trunkline.proxy.metrics;

import io.trunkline.protocol.sql.PinReason;
import io.trunkline.proxy.session.Traffic;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What clients are and have done, by the names of their databases and users, of which only so many
/// are told apart. Used under the lock of a scrape.
final class ClientFigures {
  private static final int NAMES_MAX = 200;
  private static final double NANOS = 1e9;

  /// One figure of what is counted together.
  private record Figure(String name, String help, ToDoubleFunction<Traffic.Counts> value) {}

  private static final List<Figure> FIGURES =
      List.of(
          new Figure(MetricNames.LOGINS, "Clients that have logged in.", Traffic.Counts::logins),
          new Figure(
              MetricNames.ASSIGNMENTS, "Servers given to clients.", Traffic.Counts::assignments),
          new Figure(MetricNames.TRANSACTIONS, "Transactions.", Traffic.Counts::transactions),
          new Figure(MetricNames.QUERIES, "Requests answered.", Traffic.Counts::queries),
          new Figure(MetricNames.RECEIVED, "Bytes clients sent.", Traffic.Counts::clientBytes),
          new Figure(MetricNames.SENT, "Bytes clients were sent.", Traffic.Counts::serverBytes),
          new Figure(
              MetricNames.TRANSACTION_TIME,
              "Time in transactions.",
              counts -> counts.transactionNanos() / NANOS),
          new Figure(
              MetricNames.QUERY_TIME,
              "Time servers took to answer.",
              counts -> counts.queryNanos() / NANOS),
          new Figure(
              MetricNames.WAIT_TIME,
              "Time clients waited for a server.",
              counts -> counts.waitNanos() / NANOS),
          new Figure(
              MetricNames.CLIENT_PARSES,
              "Statements prepared by clients.",
              Traffic.Counts::clientParses),
          new Figure(
              MetricNames.SERVER_PARSES,
              "Statements prepared on servers.",
              Traffic.Counts::serverParses),
          new Figure(MetricNames.BINDS, "Statements bound.", Traffic.Counts::binds));

  private final BoundedNames databases = new BoundedNames(NAMES_MAX);
  private final BoundedNames users = new BoundedNames(NAMES_MAX);

  String database(String name) {
    return databases.of(name);
  }

  String user(String name) {
    return users.of(name);
  }

  void addTo(Families families, LoopFigures figures) {
    for (Figure figure : FIGURES) {
      var values = new Families.Values();
      figures
          .traffic()
          .forEach((key, counts) ->
              values.add(
                  figure.value.applyAsDouble(counts),
                  MetricNames.DATABASE,
                  database(key.database()),
                  MetricNames.USER,
                  user(key.user())));
      families.counter(figure.name, figure.help, values);
    }
    var clients = new Families.Values();
    figures
        .clients()
        .forEach((group, count) ->
            clients.add(
                count,
                MetricNames.DATABASE,
                database(group.database()),
                MetricNames.STATE,
                group.state()));
    families.gauge(MetricNames.CLIENTS, "Clients by what they do.", clients);
    addPins(families, figures.pins());
    var errors = new Families.Values();
    figures
        .errors()
        .forEach((key, told) ->
            errors.add(
                (double) told.count(),
                MetricNames.ORIGIN,
                key.origin().name().toLowerCase(Locale.ROOT),
                MetricNames.SQLSTATE,
                key.sqlState()));
    families.counter(MetricNames.ERRORS, "Errors clients were told.", errors);
  }

  private static void addPins(Families families, Map<PinReason, Integer> pins) {
    var values = new Families.Values();
    for (PinReason reason : PinReason.values()) {
      values.add(
          pins.getOrDefault(reason, 0), MetricNames.REASON, reason.name().toLowerCase(Locale.ROOT));
    }
    families.gauge(
        MetricNames.CLIENTS_PINNED, "Clients that keep their server between transactions.", values);
  }
}
