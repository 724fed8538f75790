/// Load for proxies, and something cheap to put behind them: a generator that plays many clients,
/// and a server that answers from memory. Each runs in a process of its own.
@NullMarked
package io.trunkline.bench.load;

import org.jspecify.annotations.NullMarked;
