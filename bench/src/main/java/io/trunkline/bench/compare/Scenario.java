package io.trunkline.bench.compare;

import io.trunkline.bench.compare.Setup.Backend;
import io.trunkline.bench.compare.Setup.Door;
import io.trunkline.bench.compare.Setup.Mode;
import io.trunkline.bench.load.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One load on one setup. See [#all()] for those there are.
///
/// @param depth requests in the pipe of each client
record Scenario(String name, Setup setup, Work work, int clients, int depth, Extras extras) {

  /// What most scenarios go without.
  ///
  /// @param rate turns a second over all clients; 0 as many as they can
  /// @param idle clients that only log in
  /// @param outage how long the null server goes away for, in the middle
  record Extras(int rate, int idle, Duration outage) {
    static final Extras NONE = new Extras(0, 0, Duration.ZERO);

    static Extras rate(int rate, int idle) {
      return new Extras(rate, idle, Duration.ZERO);
    }
  }

  private static final Setup NULL = new Setup(Backend.NULL_SERVER, Door.TRUST, 1);
  private static final Setup NULL_2 = new Setup(Backend.NULL_SERVER, Door.TRUST, 2);
  private static final Setup NULL_SESSION =
      new Setup(Backend.NULL_SERVER, Door.TRUST, 1, Mode.SESSION);
  private static final Setup NULL_TLS = new Setup(Backend.NULL_SERVER, Door.TLS, 1);
  private static final Setup NULL_SCRAM = new Setup(Backend.NULL_SERVER, Door.SCRAM, 1);
  private static final Setup POSTGRES = new Setup(Backend.POSTGRES, Door.TRUST, 1);

  /// Those a first look takes.
  static final List<String> QUICK =
      List.of("null-simple-16", "null-simple-64", "null-extended-64", "null-prepared-64");

  /// Every scenario, in the order they are run.
  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (Work work : List.of(Work.SIMPLE, Work.EXTENDED, Work.PREPARED)) {
      for (int clients : List.of(1, 16, 64, 256)) {
        all.add(of("null", NULL, work, clients));
      }
    }
    all.add(of("null", NULL, Work.MIXED, 64));
    all.add(new Scenario("null-pipe16", NULL, Work.SIMPLE, 16, 16, Extras.NONE));
    all.add(fanIn("null-fanin-2000", NULL, 2_000, 4_000));
    all.add(fanIn("null-fanin-5000", NULL, 5_000, 10_000));
    all.add(named("null-big-result", NULL, Work.BIG_RESULT, 1));
    all.add(named("null-copy-out", NULL, Work.COPY_OUT, 1));
    all.add(named("null-copy-in", NULL, Work.COPY_IN, 1));
    all.add(named("null-connect", NULL, Work.CONNECT, 8));
    all.add(new Scenario("null-idle-10000", NULL, Work.SIMPLE, 16, 1, Extras.rate(1_000, 9_500)));
    all.add(
        new Scenario(
            "null-outage-64", NULL, Work.SIMPLE, 64, 1, new Extras(0, 0, Duration.ofSeconds(1))));
    all.add(of("null-2loops", NULL_2, Work.SIMPLE, 64));
    for (Work work : List.of(Work.SIMPLE, Work.EXTENDED, Work.PREPARED)) {
      all.add(of("null-session", NULL_SESSION, work, 64));
    }
    all.add(named("null-connect-scram", NULL_SCRAM, Work.CONNECT, 8));
    all.add(of("null-tls", NULL_TLS, Work.SIMPLE, 16));
    all.add(of("null-tls", NULL_TLS, Work.SIMPLE, 64));
    all.add(named("null-connect-tls", NULL_TLS, Work.CONNECT, 8));
    for (Work work : List.of(Work.SIMPLE, Work.EXTENDED, Work.PREPARED)) {
      for (int clients : List.of(1, 16, 64, 256)) {
        all.add(of("pg", POSTGRES, work, clients));
      }
    }
    all.add(new Scenario("pg-rate-4000", POSTGRES, Work.SIMPLE, 64, 1, Extras.rate(4_000, 0)));
    all.add(named("pg-tpcb-32", POSTGRES, Work.TPCB, 32));
    all.add(named("pg-big-result", POSTGRES, Work.BIG_RESULT, 1));
    all.add(named("pg-copy-out", POSTGRES, Work.COPY_OUT, 1));
    return List.copyOf(all);
  }

  boolean hasOutage() {
    return !extras.outage.isZero();
  }

  private static Scenario of(String prefix, Setup setup, Work work, int clients) {
    String name = "%s-%s-%d".formatted(prefix, work.name().toLowerCase(Locale.ROOT), clients);
    return named(name, setup, work, clients);
  }

  private static Scenario named(String name, Setup setup, Work work, int clients) {
    return new Scenario(name, setup, work, clients, 1, Extras.NONE);
  }

  /// Many clients, each of which asks two things a second.
  private static Scenario fanIn(String name, Setup setup, int clients, int rate) {
    return new Scenario(name, setup, Work.SIMPLE, clients, 1, Extras.rate(rate, 0));
  }
}
