/// Benchmarks of what every message meets on its way. Run with `./trunkline bench`; `-prof gc`
/// tells what is allocated per operation.
@NullMarked
package io.trunkline.bench.road;

import org.jspecify.annotations.NullMarked;
