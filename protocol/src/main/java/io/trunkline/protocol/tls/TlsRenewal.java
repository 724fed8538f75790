package io.trunkline.protocol.tls;

import io.trunkline.settings.Problem;
import java.util.List;

/// One side's TLS files, read anew: what is wrong with them, or else all that new connections need
/// of them. Nothing of it counts before [#use], so that several sides can be read first and then
/// put to use together.
public final class TlsRenewal {
  private final List<Problem> problems;
  private final Runnable publication;

  private TlsRenewal(List<Problem> problems, Runnable publication) {
    this.problems = List.copyOf(problems);
    this.publication = publication;
  }

  static TlsRenewal of(Runnable publication) {
    return new TlsRenewal(List.of(), publication);
  }

  static TlsRenewal refused(List<Problem> problems) {
    return new TlsRenewal(
        problems,
        () -> {
          throw new IllegalStateException("bad TLS files cannot be used: " + problems);
        });
  }

  /// What is wrong, with keys relative to the settings that name the files.
  public List<Problem> problems() {
    return problems;
  }

  /// From now on new connections use what was read; open ones are not touched.
  ///
  /// @throws IllegalStateException when there are problems
  public void use() {
    publication.run();
  }
}
