/// What the running proxy does to itself under a load that does not change: garbage made, pauses,
/// memory held.
@NullMarked
package io.trunkline.bench.steady;

import org.jspecify.annotations.NullMarked;
