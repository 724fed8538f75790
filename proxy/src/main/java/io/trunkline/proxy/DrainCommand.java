package io.trunkline.proxy;

import io.trunkline.conf.AdminRole;
import io.trunkline.conf.AdminUserSettings;
import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ConsoleCall;
import io.trunkline.settings.Secret;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `trunkline drain --wait --member NAME FILE|URL...`: asks running instances, over their consoles,
/// to let the transactions at a member end and to begin none, and returns when none runs there.
/// Patroni runs it as `before_stop`, and stops PostgreSQL afterwards.
///
/// An instance that cannot be asked is told of and does not keep Patroni from stopping: it may be
/// gone itself.
final class DrainCommand {
  static final String USAGE =
      """
      Usage: trunkline drain --wait --member NAME [--timeout SECONDS] FILE|URL...
        FILE  the configuration of an instance on this machine
        URL   postgresql://ADMIN:PASSWORD@HOST:PORT/trunkline, the console of an instance
      """;

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG = 2;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final PrintStream out;
  private final PrintStream err;
  private String member = "";
  private Duration timeout = TIMEOUT;
  private final List<String> places = new ArrayList<>();

  DrainCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Returns the exit status.
  int execute(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(USAGE);
      return DONE;
    }
    String mistake = parse(arguments);
    if (mistake != null) {
      err.println("trunkline: drain: " + mistake);
      err.print(USAGE);
      return WRONG;
    }
    return drainAll() ? DONE : FAILED;
  }

  /// All at once: none of them is to begin what another one waits for, and one that does not answer
  /// keeps nobody waiting for longer than the timeout.
  private boolean drainAll() {
    Map<String, CompletableFuture<Boolean>> drains = new LinkedHashMap<>();
    for (String place : places) {
      var drained = new CompletableFuture<Boolean>();
      Thread.ofVirtual().name("drain-" + shown(place)).start(() -> drained.complete(drain(place)));
      drains.put(place, drained);
    }
    CompletableFuture<?> ended =
        CompletableFuture.allOf(drains.values().toArray(CompletableFuture[]::new))
            .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS);
    ended.join();
    boolean all = true;
    for (Map.Entry<String, CompletableFuture<Boolean>> drain : drains.entrySet()) {
      if (!drain.getValue().isDone()) {
        complain(drain.getKey(), "not done within " + timeout.toSeconds() + " s");
      }
      all &= drain.getValue().getNow(false);
    }
    return all;
  }

  private void complain(String place, String why) {
    err.println("trunkline: drain: " + shown(place) + ": " + why);
  }

  /// What is wrong with the arguments; null when nothing is.
  private @Nullable String parse(List<String> arguments) {
    boolean waits = false;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String next = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      switch (argument) {
        case "--wait" -> waits = true;
        case "--member" -> {
          member = next;
          i++;
        }
        case "--timeout" -> {
          if (!next.matches("[1-9][0-9]{0,4}")) {
            return "--timeout needs a number of seconds, and there is '" + next + "'";
          }
          timeout = Duration.ofSeconds(Integer.parseInt(next));
          i++;
        }
        default -> places.add(argument);
      }
    }
    if (!waits) {
      return "--wait is missing: there is nothing else that it does";
    }
    if (!member.matches("[A-Za-z0-9_.-]+")) {
      return "--member needs the name of the member that will stop";
    }
    return places.isEmpty() ? "which FILE or URL?" : null;
  }

  private boolean drain(String place) {
    try {
      ConsoleCall console = place.contains("://") ? ofUrl(place) : ofFile(place);
      console.execute("DRAIN \"" + member + '"');
      out.println(console.place() + ": no transaction runs at " + member);
      return true;
    } catch (ConsoleCall.Failed | Unusable e) {
      complain(place, String.valueOf(e.getMessage()));
      return false;
    }
  }

  /// Without the password.
  private static String shown(String place) {
    return place.replaceAll("://[^@/]*@", "://");
  }

  /// A place that leads to no console, and why.
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String reason) {
      super(reason);
    }
  }

  private ConsoleCall ofUrl(String url) throws Unusable {
    try {
      URI uri = new URI(url);
      String[] who = uri.getUserInfo() == null ? new String[0] : uri.getUserInfo().split(":", 2);
      if (uri.getHost() == null || who.length != 2 || uri.getPath().length() < 2) {
        throw new Unusable("not of the form postgresql://ADMIN:PASSWORD@HOST:PORT/trunkline");
      }
      int port = uri.getPort() < 0 ? 5432 : uri.getPort();
      return console(uri.getHost(), port, uri.getPath().substring(1), who[0], Secret.of(who[1]));
    } catch (URISyntaxException e) {
      throw new Unusable("no URL can be written so: " + e.getReason());
    }
  }

  private ConsoleCall console(
      String host, int port, String database, String user, Secret password) {
    return new ConsoleCall(host + ":" + port, database, user, password, timeout);
  }

  private ConsoleCall ofFile(String file) throws Unusable {
    ProxyConfig config =
        switch (ConfigFile.read(Path.of(file))) {
          case ConfigResult.Ok(ProxyConfig read) -> read;
          case ConfigResult.Bad(var problems) ->
              throw new Unusable("it has mistakes, the first: " + problems.getFirst());
        };
    ListenerSettings listener = config.listeners().getFirst();
    for (Map.Entry<String, AdminUserSettings> user : config.admin().users().entrySet()) {
      Secret password = user.getValue().password();
      if (user.getValue().role() == AdminRole.ADMIN && password != null && !password.isVerifier()) {
        boolean anywhere = listener.address().equals("*") || listener.address().equals("0.0.0.0");
        return console(
            anywhere ? "127.0.0.1" : listener.address(),
            listener.port(),
            config.admin().databases().getFirst(),
            user.getKey(),
            password);
      }
    }
    throw new Unusable("it has no admin whose password is there in plain");
  }
}
