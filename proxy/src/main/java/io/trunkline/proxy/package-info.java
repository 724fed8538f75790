/// See ARCHITECTURE.md, "proxy".
@NullMarked
package io.trunkline.proxy;

import org.jspecify.annotations.NullMarked;
