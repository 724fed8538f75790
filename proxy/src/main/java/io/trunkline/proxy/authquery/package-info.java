/// Asks PostgreSQL for users' secrets (`auth.query`): which member, over which connection, for how
/// long an answer counts. Control plane: nothing here runs on an event loop.
@NullMarked
package io.trunkline.proxy.authquery;

import org.jspecify.annotations.NullMarked;
