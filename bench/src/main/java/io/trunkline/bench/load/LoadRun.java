package io.trunkline.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslContext;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.LoginTools;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One order carried out, from the first connection to the last goodbye, on one event loop.
///
/// With a rate, turns begin when they are due whether or not those before have ended, and what
/// waits for a free client is measured from when it was due: a proxy that stalls is not spared the
/// requests that would have come meanwhile.
@EventLoopConfined
final class LoadRun implements LoadClient.Owner {

  /// Who wants to know.
  interface Observer {
    /// All clients are logged in and warm: from now on it counts.
    void onBegun();

    void onEnded(LoadResult result);

    void onFailed(String reason);
  }

  private static final int LOGINS_AT_ONCE = 64;
  private static final int ACCOUNTS = 64;

  /// Before a client tries again that has met an error in an outage.
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /// How long is measured at most when nothing gets done.
  private static final int PATIENCE_SECONDS = 30;

  private final LoadOrder order;
  private final Sockets sockets;
  private final LoginTools tools;
  private final @Nullable SslContext tls;
  private final Observer observer;
  private final NanoTime clock;
  private final Random random = new Random(1);
  private final Bootstrap connector;

  private final List<LoadClient> clients = new ArrayList<>();
  private final ArrayDeque<LoadClient> free = new ArrayDeque<>();
  private final ArrayDeque<Long> due = new ArrayDeque<>();
  private final List<ByteBuf> turns = new ArrayList<>();
  private final ByteBuf prologue;
  private final Latencies latencies = new Latencies();

  private int logins;
  private int prologues;
  private long nextDueNanos;
  private long begunNanos;
  private long lastDoneNanos;
  private long gapNanos;
  private long errors;
  private Phase phase = Phase.CONNECTING;

  private enum Phase {
    CONNECTING,
    WARMING_UP,
    MEASURING,
    OVER
  }

  LoadRun(LoadOrder order, Sockets sockets, LoginTools tools, @Nullable SslContext tls, Run run) {
    this.order = order;
    this.sockets = sockets;
    this.tools = tools;
    this.tls = tls;
    this.observer = run.observer;
    this.clock = run.clock;
    this.prologue = Requests.prologue(order.work());
    this.connector = sockets.connector(this::login);
    for (int i = 0; i < ACCOUNTS && order.work() != Work.TPCB; i++) {
      turns.add(Requests.turn(order.work(), 1 + i * 1_000, order.depth()));
    }
  }

  /// Who watches, and with which clock.
  record Run(Observer observer, NanoTime clock) {}

  void begin() {
    if (order.work() == Work.CONNECT) {
      warmUp();
      for (int i = 0; i < order.clients(); i++) {
        connect();
      }
    } else {
      for (int i = 0; i < Math.min(LOGINS_AT_ONCE, wanted()); i++) {
        connect();
      }
    }
  }

  private int wanted() {
    return order.clients() + order.idle();
  }

  private void connect() {
    logins++;
    connector
        .connect(Sockets.HOST, order.port())
        .addListener(done -> {
          if (!done.isSuccess()) {
            onLost(String.valueOf(done.cause().getMessage()));
          }
        });
  }

  private void login(Channel channel) {
    LoadClient client = new LoadClient(channel, this);
    client.sinceNanos = clock.now();
    channel
        .pipeline()
        .addLast(
            new ClientLogin(
                order.login(),
                tools,
                tls,
                new ClientLogin.Outcome() {
                  @Override
                  public void onLoggedIn(ChannelHandlerContext ctx) {
                    LoadRun.this.onLoggedIn(client);
                  }

                  @Override
                  public void onRefused(String reason) {
                    client.forget();
                    onLost(reason);
                  }
                }))
        .addLast(client);
  }

  private void onLoggedIn(LoadClient client) {
    if (phase == Phase.OVER) {
      client.leave();
      return;
    }
    if (order.work() == Work.CONNECT) {
      client.send(turns.getFirst(), 1);
      return;
    }
    if (phase == Phase.MEASURING) { // it is back
      client.sinceNanos = clock.now();
      turn(client);
      return;
    }
    clients.add(client);
    if (logins < wanted()) {
      connect();
    }
    if (clients.size() == wanted()) {
      prepare();
    }
  }

  /// Everybody is here.
  private void prepare() {
    if (!prologue.isReadable()) {
      startAll();
      return;
    }
    for (LoadClient client : clients.subList(0, order.clients())) {
      client.send(prologue, 1);
    }
  }

  private void startAll() {
    warmUp();
    for (LoadClient client : clients.subList(0, order.clients())) {
      if (order.rate() > 0) {
        free.add(client);
      } else {
        client.sinceNanos = clock.now();
        turn(client);
      }
    }
    if (order.rate() > 0) {
      nextDueNanos = clock.now();
      onDue();
    }
  }

  private void warmUp() {
    phase = Phase.WARMING_UP;
    after(order.warmUp().toNanos(), this::measure);
  }

  private void measure() {
    if (phase == Phase.OVER) {
      return;
    }
    phase = Phase.MEASURING;
    observer.onBegun();
    begunNanos = clock.now();
    lastDoneNanos = begunNanos;
    after(order.measured().toNanos(), this::end);
  }

  private void after(long nanos, Runnable then) {
    sockets.loop().schedule(then, nanos, TimeUnit.NANOSECONDS);
  }

  private void turn(LoadClient client) {
    if (order.work() == Work.TPCB) {
      client.send(Tpcb.transaction(random));
    } else {
      client.send(turns.get(random.nextInt(ACCOUNTS)), order.depth());
    }
  }

  /// Begins the turns whose time has come.
  private void onDue() {
    if (phase == Phase.OVER) {
      return;
    }
    long now = clock.now();
    while (nextDueNanos - now <= 0) {
      due.add(nextDueNanos);
      nextDueNanos += TimeUnit.SECONDS.toNanos(1) / order.rate();
    }
    serveDue();
    after(Math.max(0, nextDueNanos - clock.now()), this::onDue);
  }

  private void serveDue() {
    while (!due.isEmpty() && !free.isEmpty()) {
      LoadClient client = free.remove();
      client.sinceNanos = due.remove();
      turn(client);
    }
  }

  @Override
  public void onTurnEnd(LoadClient client, boolean failed) {
    switch (phase) {
      case CONNECTING -> onPrologueEnd(client, failed);
      case WARMING_UP, MEASURING -> {
        long now = clock.now();
        count(client, now, failed);
        if (failed && order.outage()) {
          after(MOMENT_NANOS, () -> next(client, clock.now()));
        } else {
          next(client, now);
        }
      }
      case OVER -> client.leave();
    }
  }

  private void onPrologueEnd(LoadClient client, boolean failed) {
    if (failed) {
      fail(client.error());
    } else if (++prologues == order.clients()) {
      startAll();
    }
  }

  private void count(LoadClient client, long now, boolean failed) {
    if (failed) {
      errors++;
      if (phase == Phase.WARMING_UP) {
        fail(client.error());
      }
    } else if (phase == Phase.MEASURING) {
      latencies.add(now - client.sinceNanos);
      gapNanos = Math.max(gapNanos, now - lastDoneNanos);
      lastDoneNanos = now;
    }
  }

  private void next(LoadClient client, long now) {
    if (phase == Phase.OVER) {
      client.leave();
    } else if (order.work() == Work.CONNECT) {
      client.leave();
      connect();
    } else if (order.rate() > 0) {
      free.add(client);
      serveDue();
    } else {
      client.sinceNanos = now;
      turn(client);
    }
  }

  @Override
  public void onLost(String reason) {
    if (phase == Phase.MEASURING && order.outage()) {
      errors++;
      after(MOMENT_NANOS, this::connectAgain);
    } else if (phase != Phase.OVER) {
      fail(reason);
    }
  }

  private void connectAgain() {
    if (phase != Phase.OVER) {
      connect();
    }
  }

  private void end() {
    if (phase == Phase.OVER) {
      return;
    }
    long now = clock.now();
    double seconds = (now - begunNanos) / 1e9;
    if (latencies.total() == 0 && errors == 0 && seconds < PATIENCE_SECONDS) {
      after(order.measured().toNanos(), this::end); // a slow machine gets another chance
      return;
    }
    long units = latencies.total() * order.depth() * order.work().units();
    phase = Phase.OVER;
    observer.onEnded(
        new LoadResult(
            units,
            seconds,
            latencies.quantile(0.5),
            latencies.quantile(0.99),
            latencies.quantile(0.999),
            Math.max(gapNanos, now - lastDoneNanos),
            errors));
    leaveIdle();
  }

  private void fail(String reason) {
    if (phase != Phase.OVER) {
      phase = Phase.OVER;
      observer.onFailed(reason);
      leaveIdle();
    }
  }

  /// Those in the middle of a turn leave at its end.
  private void leaveIdle() {
    if (order.rate() > 0) {
      free.forEach(LoadClient::leave);
    }
    if (clients.size() > order.clients()) {
      clients.subList(order.clients(), clients.size()).forEach(LoadClient::leave);
    }
  }
}
