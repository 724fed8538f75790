/// How long the proxy takes from its start to the first login it answers, and what makes that
/// short.
@NullMarked
package io.trunkline.bench.startup;

import org.jspecify.annotations.NullMarked;
