/// `./trunkline demo`: a small cluster, the proxy before it and two clients, for looking at what
/// happens when the primary goes away.
@NullMarked
package io.trunkline.bench.demo;

import org.jspecify.annotations.NullMarked;
