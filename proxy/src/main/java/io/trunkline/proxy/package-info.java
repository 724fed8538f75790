/// The process: what it listens on, what it is made of, how it starts and stops. See
/// ARCHITECTURE.md, "proxy".
@NullMarked
package io.trunkline.proxy;

import org.jspecify.annotations.NullMarked;
