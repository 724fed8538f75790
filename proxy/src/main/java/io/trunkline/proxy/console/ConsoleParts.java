package io.trunkline.proxy.console;

import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.proxy.session.ClientLimits;
import java.util.Map;
import java.util.function.Supplier;

/// What the console shows and commands.
///
/// @param config the present configuration
/// @param loops the event loops
/// @param pools every pool
/// @param clusters who watches each cluster
/// @param clients how many clients there are
/// @param cancels whose cancel keys are whose
/// @param moments the time
/// @param version what was built
public record ConsoleParts(
    Supplier<ProxyConfig> config,
    Loops loops,
    PoolRegistry pools,
    Map<String, ClusterMonitor> clusters,
    ClientLimits clients,
    CancelRegistry cancels,
    Moments moments,
    String version) {}
