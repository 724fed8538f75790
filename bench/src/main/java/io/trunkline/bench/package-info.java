/// See ARCHITECTURE.md, "bench".
@NullMarked
package io.trunkline.bench;

import org.jspecify.annotations.NullMarked;
