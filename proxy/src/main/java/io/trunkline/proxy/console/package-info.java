/// The console: what answers a client that connects to one of the databases that are no databases.
/// Operators look (`SHOW …`) and command here, in PgBouncer's words.
@NullMarked
package io.trunkline.proxy.console;

import org.jspecify.annotations.NullMarked;
