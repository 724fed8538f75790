package io.trunkline.proxy.console;

import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.pgbouncer.OptionValue;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.Switchover;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.proxy.failover.FlightRecorder;
import io.trunkline.proxy.peers.Fleet;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.settings.Problem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the console shows and commands.
///
/// @param config the present configuration
/// @param loops the event loops
/// @param pools every pool
/// @param clusters who watches each cluster
/// @param switchovers who can be asked for another leader of each cluster
/// @param recorder what happened when leaders changed
/// @param clients how many clients there are
/// @param cancels whose cancel keys are whose
/// @param fleet which instances there are
/// @param moments the time
/// @param control runs what has to be done again and again
/// @param reload reads the configuration anew
/// @param host what serves clients
/// @param version what was built
public record ConsoleParts(
    Supplier<ProxyConfig> config,
    Loops loops,
    PoolRegistry pools,
    Map<String, ClusterMonitor> clusters,
    Map<String, Switchover> switchovers,
    FlightRecorder recorder,
    ClientLimits clients,
    CancelRegistry cancels,
    Supplier<Fleet> fleet,
    Moments moments,
    ScheduledExecutorService control,
    Reload reload,
    Supplier<Host> host,
    String version) {

  /// Reads the configuration and the certificates anew.
  public interface Reload {

    /// Uses all of it, or nothing if something is wrong, which is the result.
    CompletionStage<List<Problem>> reload();

    /// Only looks.
    CompletionStage<Preview> check();

    /// Uses another value for one setting.
    CompletionStage<Changed> set(String name, String value);

    /// What may be set.
    Changeable changeable();
  }

  /// What may be changed by name while the process runs.
  ///
  /// @param options PgBouncer's as they are in force, if the file is PgBouncer's
  /// @param names whether a name is one of those
  public record Changeable(List<OptionValue> options, Predicate<String> names) {
    public Changeable {
      options = List.copyOf(options);
    }
  }

  /// What came of a change.
  ///
  /// @param problems why there is none
  /// @param notes what its author should know of it
  public record Changed(List<Problem> problems, List<String> notes) {
    public Changed {
      problems = List.copyOf(problems);
      notes = List.copyOf(notes);
    }
  }

  /// What reading anew would do.
  ///
  /// @param problems why it would do nothing
  public record Preview(List<Problem> problems, List<Change> changes) {
    public Preview {
      problems = List.copyOf(problems);
      changes = List.copyOf(changes);
    }
  }

  /// One difference between the configuration of now and the one in the file.
  ///
  /// @param section of the file, such as `databases`
  /// @param name in the section; empty for all of it
  /// @param change `added`, `removed` or `changed`
  public record Change(String section, String name, String change) {}

  /// A socket where clients connect.
  ///
  /// @param descriptor null where that is not known
  /// @param address `unix` for a Unix socket
  /// @param port also of a Unix socket
  /// @param settings what the configuration of now says of it
  public record Listening(
      @Nullable Integer descriptor, String address, int port, ListenerSettings settings) {}

  /// What serves clients, the console's too. Nothing here waits.
  public interface Host {

    /// Every listening socket.
    List<Listening> listening();

    /// Takes no new connections.
    void stopListening();

    /// Ends everything.
    void stopNow();
  }
}
