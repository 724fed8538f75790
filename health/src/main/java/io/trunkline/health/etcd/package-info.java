/// etcd as everybody here reaches it, and where services like it answer.
@NullMarked
package io.trunkline.health.etcd;

import org.jspecify.annotations.NullMarked;
