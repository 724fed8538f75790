/// See ARCHITECTURE.md, "embedded".
@NullMarked
package io.trunkline.embedded;

import org.jspecify.annotations.NullMarked;
