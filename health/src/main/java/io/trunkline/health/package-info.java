/// See ARCHITECTURE.md, "health".
@NullMarked
package io.trunkline.health;

import org.jspecify.annotations.NullMarked;
