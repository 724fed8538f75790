/// Real PostgreSQL servers, started from the published binaries: for the demo, tests and
/// benchmarks. See ARCHITECTURE.md, "embedded".
@NullMarked
package io.trunkline.embedded;

import org.jspecify.annotations.NullMarked;
