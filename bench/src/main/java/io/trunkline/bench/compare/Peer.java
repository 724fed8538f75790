package io.trunkline.bench.compare;

import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A kind of proxy: how it is configured to do what the others do, and started.
public interface Peer {
  /// What it is called in options and tables.
  String name();

  /// Its program, as one types it.
  String program();

  /// Writes its configuration.
  ///
  /// @param program where its program is
  /// @return the command that runs it, in the foreground
  List<String> prepare(Path program, Site site) throws IOException;

  /// What makes it print its version.
  default List<String> version(Path program) {
    return List.of(program.toString(), "--version");
  }

  /// Whether it can do this at all.
  default boolean can(Setup setup, Work work) {
    return true;
  }
}
