/// What the process says over HTTP, beside the road: its own port, its own threads.
@NullMarked
package io.trunkline.proxy.http;

import org.jspecify.annotations.NullMarked;
