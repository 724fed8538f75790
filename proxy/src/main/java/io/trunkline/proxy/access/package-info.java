/// Does what the HBA file says: finds the line about a client, and asks those who know what the
/// file does not, the system, name servers and PostgreSQL. Nothing that may take long runs on an
/// event loop.
@NullMarked
package io.trunkline.proxy.access;

import org.jspecify.annotations.NullMarked;
