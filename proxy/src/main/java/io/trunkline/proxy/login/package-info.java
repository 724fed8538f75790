/// From the first byte of a connection to the end of its login. See ARCHITECTURE.md, "Login".
@NullMarked
package io.trunkline.proxy.login;

import org.jspecify.annotations.NullMarked;
