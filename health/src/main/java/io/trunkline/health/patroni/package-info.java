/// See ARCHITECTURE.md, "health".
@NullMarked
package io.trunkline.health.patroni;

import org.jspecify.annotations.NullMarked;
