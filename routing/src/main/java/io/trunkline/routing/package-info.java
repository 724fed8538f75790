/// See ARCHITECTURE.md, "routing".
@NullMarked
package io.trunkline.routing;

import org.jspecify.annotations.NullMarked;
