/// See ARCHITECTURE.md, "protocol".
@NullMarked
package io.trunkline.protocol.message;

import org.jspecify.annotations.NullMarked;
