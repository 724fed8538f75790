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
/// @param reload reads again what can be, and says what is wrong with it; nothing is when it is
///   used
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
    Supplier<CompletionStage<List<Problem>>> reload,
    Stop stop,
    String version) {

  /// Ends the proxy. Neither of these waits.
  public interface Stop {

    /// Takes no new connections.
    void stopListening();

    /// Ends everything.
    void stopNow();
  }
}
