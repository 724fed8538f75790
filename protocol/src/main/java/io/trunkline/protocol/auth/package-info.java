/// See ARCHITECTURE.md, "protocol".
@NullMarked
package io.trunkline.protocol.auth;

import org.jspecify.annotations.NullMarked;
