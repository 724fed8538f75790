/// Drivers and programs that applications use, tried against an endpoint: see `docs/drivers.md`.
@NullMarked
package io.trunkline.proxy.drivers;

import org.jspecify.annotations.NullMarked;
