/// See ARCHITECTURE.md, "conf".
@NullMarked
package io.trunkline.conf;

import org.jspecify.annotations.NullMarked;
