/// TLS for both sides of the proxy: settings, the bytes spoken before the handshake, contexts that
/// can be reloaded, and what a finished handshake proves. See ARCHITECTURE.md, "protocol".
@NullMarked
package io.trunkline.protocol.tls;

import org.jspecify.annotations.NullMarked;
