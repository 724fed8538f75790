/// What happened when leaders changed, for those who look afterwards.
@NullMarked
package io.trunkline.proxy.failover;

import org.jspecify.annotations.NullMarked;
