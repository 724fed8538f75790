package io.trunkline.proxy.console;

import io.trunkline.conf.AdminRole;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerView;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.console.Call.GivenUp;
import io.trunkline.proxy.console.ConsoleCommand.Action;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientSession;
import io.trunkline.proxy.session.Dismissal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The commands that act on databases and clients: PAUSE, RESUME, DISABLE, ENABLE, KILL,
/// KILL_CLIENT, RECONNECT and WAIT_CLOSE. They mean what they mean in PgBouncer.
final class Operations {
  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private final ConsoleParts parts;
  private final Guests guests;
  private final Switches switches;

  Operations(ConsoleParts parts, Guests guests, Switches switches) {
    this.parts = parts;
    this.guests = guests;
    this.switches = switches;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        command("PAUSE", Argument.DATABASE_OR_ALL, this::pause),
        command("RESUME", Argument.DATABASE_OR_ALL, this::resume),
        command("DISABLE", Argument.DATABASE, this::disable),
        command("ENABLE", Argument.DATABASE, this::enable),
        command("RECONNECT", Argument.DATABASE_OR_ALL, this::reconnect),
        command("KILL", Argument.DATABASE_OR_ALL, this::kill),
        command("KILL_CLIENT", Argument.CLIENT, this::killClient),
        command("WAIT_CLOSE", Argument.DATABASE_OR_ALL, this::waitClose));
  }

  static ConsoleCommand command(String name, Argument argument, Action action) {
    return new ConsoleCommand(
        name,
        AdminRole.ADMIN,
        argument,
        null,
        call -> {
          String what =
              call.argument().isEmpty() ? name : "%s '%s'".formatted(name, call.argument());
          log.info("{} command issued by {}", what, call.guest());
          return action.run(call);
        });
  }

  private static CompletionStage<Answer> done(String tag) {
    return CompletableFuture.completedFuture(Answer.done(tag));
  }

  // ---- databases

  /// The database a command is about, which must be one; empty for all.
  private String database(Call call, String verb) {
    String name = call.argument();
    DatabaseNames names = new DatabaseNames(parts.config().get());
    if (names.isConsole(name)) {
      throw new ConsoleError(
          SqlState.INVALID_PARAMETER_VALUE, "cannot %s admin db: %s".formatted(verb, name));
    }
    if (!name.isEmpty() && !names.exists(name)) {
      throw ConsoleError.noSuchDatabase(name);
    }
    return name;
  }

  private String oneDatabase(Call call, String verb) {
    if (call.argument().isEmpty()) {
      throw new ConsoleError(SqlState.SYNTAX_ERROR, "a database is required");
    }
    return database(call, verb);
  }

  /// No server is given to a client any more; done when all have been given back and are closed. A
  /// cancel request ends every pause.
  private CompletionStage<Answer> pause(Call call) {
    String name = database(call, "pause");
    if (name.isEmpty()) {
      switches.pauseAll();
    } else {
      switches.pause(name);
    }
    call.givenUp()
        .thenAccept(why -> {
          if (why == GivenUp.CANCELLED) {
            switches.resumeQuietly();
          }
        });
    return allClosed(call, name).thenApply(_ -> Answer.done("PAUSE"));
  }

  /// Connections that were being opened end as idle ones, so they are looked for again and again.
  private CompletionStage<?> allClosed(Call call, String database) {
    return Poll.until(
        parts.control(),
        call.givenUp(),
        () -> {
          List<ServerPool> pools = switches.pools(database);
          pools.forEach(pool -> pool.retireAll("its database is paused"));
          return CompletableFuture.completedFuture(
              pools.stream().allMatch(pool -> pool.open() == 0));
        });
  }

  private CompletionStage<Answer> resume(Call call) {
    if (call.argument().isEmpty()) {
      switches.resumeAll();
    } else {
      switches.resume(resumed(call));
    }
    return done("RESUME");
  }

  /// The console is never paused, so that one word fits it and any other database.
  private String resumed(Call call) {
    boolean isConsole = new DatabaseNames(parts.config().get()).isConsole(call.argument());
    return isConsole ? call.argument() : database(call, "resume");
  }

  private CompletionStage<Answer> disable(Call call) {
    switches.disable(oneDatabase(call, "disable"));
    return done("DISABLE");
  }

  private CompletionStage<Answer> enable(Call call) {
    switches.enable(oneDatabase(call, "enable"));
    return done("ENABLE");
  }

  private CompletionStage<Answer> reconnect(Call call) {
    String name = database(call, "reconnect");
    switches.pools(name).forEach(pool -> pool.retireAll("database configuration changed"));
    return fail(
            session ->
                (name.isEmpty() || session.profile().database().equals(name))
                    && session.profile().pool().fastClose()
                    && Dismissal.keepsIdleServer(session),
            ClientErrors.databaseChanged())
        .thenApply(_ -> Answer.done("RECONNECT"));
  }

  private CompletionStage<Answer> kill(Call call) {
    String name = database(call, "kill");
    if (name.isEmpty()) {
      switches.pauseAll();
    } else {
      switches.pause(name);
    }
    return fail(
            session -> name.isEmpty() || session.profile().database().equals(name),
            ClientErrors.databaseRemoved())
        .thenApply(_ -> {
          switches.pools(name).forEach(pool -> pool.retireAll("database removed"));
          return Answer.done("KILL");
        });
  }

  private CompletionStage<Answer> waitClose(Call call) {
    String name = database(call, "wait in");
    return Poll.until(parts.control(), call.givenUp(), () -> noneRetires(name))
        .thenApply(_ -> Answer.done("WAIT_CLOSE"));
  }

  /// Whether no server is left that has to be closed.
  private CompletionStage<Boolean> noneRetires(String database) {
    List<ServerPool> pools = switches.pools(database);
    return parts
        .loops()
        .ask(context -> {
          boolean[] found = {false};
          for (ServerPool pool : pools) {
            pool.shard(context.index())
                .forEachConnection(
                    server -> found[0] |= !ServerView.of(server).retirement().isEmpty());
          }
          return found[0];
        })
        .thenApply(found -> found.stream().noneMatch(any -> any));
  }

  // ---- clients

  private CompletionStage<Answer> killClient(Call call) {
    long id = id(call.argument());
    for (Guest guest : guests.all()) {
      if (guest.login().id() == id) {
        guest.channel().close();
        return done("KILL_CLIENT");
      }
    }
    return fail(session -> session.profile().id() == id, ClientErrors.forcedDisconnect())
        .thenApply(count -> {
          if (count == 0) {
            throw new ConsoleError(SqlState.UNDEFINED_OBJECT, "client not found");
          }
          return Answer.done("KILL_CLIENT");
        });
  }

  private static long id(String argument) {
    boolean isPtr = argument.startsWith("0x");
    try {
      return isPtr ? Long.parseLong(argument.substring(2), 16) : Long.parseLong(argument);
    } catch (NumberFormatException expected) {
      throw new ConsoleError(SqlState.INVALID_PARAMETER_VALUE, "invalid client pointer supplied");
    }
  }

  /// Throws clients out; says how many.
  private CompletionStage<Integer> fail(Predicate<ClientSession> whom, ErrorResponse why) {
    return parts
        .loops()
        .ask(context -> {
          int[] count = {0};
          context.forEachSession(session -> {
            if (whom.test(session)) {
              count[0]++;
              session.fail(why);
            }
          });
          return count[0];
        })
        .thenApply(counts -> counts.stream().mapToInt(Integer::intValue).sum());
  }
}
