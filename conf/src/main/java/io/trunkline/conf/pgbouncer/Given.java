package io.trunkline.conf.pgbouncer;

/// What a file says of one option, as it is written.
record Given(String text, Place place) {}
