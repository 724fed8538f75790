/// `./trunkline bench`: Trunkline and every other proxy found on this machine, side by side, each
/// before the same server, under the same load.
@NullMarked
package io.trunkline.bench.compare;

import org.jspecify.annotations.NullMarked;
