/// What SQL text does to a session: hints found in statements, settings carried between servers,
/// and the question that tells the truth. See ARCHITECTURE.md, "protocol".
@NullMarked
package io.trunkline.protocol.sql;

import org.jspecify.annotations.NullMarked;
