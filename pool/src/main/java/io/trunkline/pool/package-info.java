/// See ARCHITECTURE.md, "pool".
@NullMarked
package io.trunkline.pool;

import org.jspecify.annotations.NullMarked;
