/// Other instances behind the same address.
@NullMarked
package io.trunkline.proxy.peers;

import org.jspecify.annotations.NullMarked;
