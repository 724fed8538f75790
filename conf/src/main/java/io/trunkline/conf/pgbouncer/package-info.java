/// PgBouncer's configuration file, read as if it were `trunkline.yml`.
@NullMarked
package io.trunkline.conf.pgbouncer;

import org.jspecify.annotations.NullMarked;
