/// What Prometheus is told, beside the road.
@NullMarked
package io.trunkline.proxy.metrics;

import org.jspecify.annotations.NullMarked;
