/// A client's life, from its first byte to its last. See ARCHITECTURE.md, "The path of a query".
@NullMarked
package io.trunkline.proxy.session;

import org.jspecify.annotations.NullMarked;
