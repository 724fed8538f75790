package io.trunkline.proxy.console;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.trunkline.pool.ServerPool;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.login.Console;
import io.trunkline.proxy.session.ClientPhase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the sessions of the console, as the login wants them. Thread-safe.
public final class AdminConsole implements Console {
  private static final Logger log = LoggerFactory.getLogger(AdminConsole.class);

  private final ConsoleParts parts;
  private final Guests guests = new Guests();
  private final TrafficHistory history;
  private final Switches switches;
  private final Commands commands;

  public AdminConsole(ConsoleParts parts) {
    this.parts = parts;
    this.history = new TrafficHistory(parts.moments().clock());
    this.switches = new Switches(parts);
    this.commands = new Commands(parts, guests, history, switches);
  }

  /// Keeps the averages recent, from now on.
  public void start() {
    Duration period = parts.config().get().log().statsPeriod(); // which may be another next time
    parts.control().schedule(this::turn, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void turn() {
    TrafficHistory.take(parts.loops(), guests)
        .thenAccept(counts -> {
          history.turn(counts);
          if (parts.config().get().log().stats()) {
            log.info("{}", TrafficLine.of(history.lastPeriod(), history.secondsOfLastPeriod()));
          }
        });
    start();
  }

  /// Does what PAUSE does, at a signal.
  public void pause() {
    try {
      switches.pauseAll();
      log.info("paused by a signal");
      Poll.until(
          parts.control(),
          new CompletableFuture<>(),
          () -> {
            List<ServerPool> pools = switches.pools("");
            pools.forEach(pool -> pool.retireAll("all databases are paused"));
            boolean closed = pools.stream().allMatch(pool -> pool.open() == 0);
            return CompletableFuture.completedFuture(closed || !switches.isAllPaused());
          });
    } catch (ConsoleError already) {
      log.warn("not paused: {}", already.getMessage());
    }
  }

  /// Does what RESUME does, at a signal.
  public void resume() {
    try {
      switches.resumeAll();
      log.info("resumed by a signal");
    } catch (ConsoleError notPaused) {
      log.warn("not resumed: {}", notPaused.getMessage());
    }
  }

  /// Does what SHUTDOWN WAIT_FOR_CLIENTS does, at a signal.
  public void stopWithClients() {
    new Shutdown(parts, switches).whenClientsAreGone();
  }

  @Override
  public @Nullable ErrorResponse closed(String database) {
    return switches.closed(database);
  }

  @Override
  public ClientPhase open(Channel channel, Login login) {
    CancelKey key = parts.cancels().reserve(login.version());
    Guest guest =
        new Guest(
            login,
            channel,
            login.role(),
            parts.moments().clock(),
            parts.moments().clock().now(),
            new AtomicReference<>(login.applicationName()));
    log.debug("{} is on the console role={}", guest, guest.role());
    guests.enter(guest);
    ConsoleSession session =
        new ConsoleSession(
            guest,
            commands,
            () -> {
              guests.leave(guest);
              parts.cancels().remove(key);
            });
    EventLoop loop = channel.eventLoop();
    parts.cancels().add(key, loop, session::onCancelRequest);
    session.welcome(replies -> {
      replies.send(new BackendMessage.ParameterStatus("server_version", commands.serverVersion()));
      DriverTalk.welcome()
          .forEach((name, value) -> replies.send(new BackendMessage.ParameterStatus(name, value)));
      replies.send(new BackendMessage.ParameterStatus("application_name", login.applicationName()));
      replies.send(new BackendMessage.BackendKeyData(key));
    });
    return session;
  }
}
