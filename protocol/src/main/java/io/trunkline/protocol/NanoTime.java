package io.trunkline.protocol;

/// The clock of everything that measures or times out: nanoseconds from an arbitrary origin, as
/// `System.nanoTime`. Passed in, so that tests own it.
@FunctionalInterface
public interface NanoTime {
  NanoTime SYSTEM = System::nanoTime;

  long now();
}
