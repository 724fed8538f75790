package io.trunkline.proxy.console;

import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.Switchover;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.proxy.failover.FlightRecorder;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.settings.Problem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

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
/// @param moments the time
/// @param control runs what has to be done again and again
/// @param reload reads the configuration anew
/// @param stop ends the process
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
    Moments moments,
    ScheduledExecutorService control,
    Reload reload,
    Stop stop,
    String version) {

  /// Reads the configuration and the certificates anew.
  public interface Reload {

    /// Uses all of it, or nothing if something is wrong, which is the result.
    CompletionStage<List<Problem>> reload();

    /// Only looks.
    CompletionStage<Preview> check();
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

  /// Ends the proxy. Neither of these waits.
  public interface Stop {

    /// Takes no new connections.
    void stopListening();

    /// Ends everything.
    void stopNow();
  }
}
