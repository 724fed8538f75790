package io.trunkline.proxy.drivers;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A driver or program that applications use, and the checks of what they do with it.
public interface Trial {

  /// Short, and good for a file name.
  String name();

  /// What has to be installed before it can run; empty when nothing is missing.
  Optional<String> missing();

  /// Makes all its checks that the target's mode allows. A check that fails is a fact, not an
  /// exception.
  ///
  /// @throws IOException when the trial itself could not be run
  List<Fact> run(Target target) throws IOException, InterruptedException;
}
