package io.trunkline.proxy.rig;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// Whatever stands between the tests' clients and PostgreSQL.
///
/// `-Dtrunkline.target=` chooses: `trunkline`, unless told otherwise; `direct` is PostgreSQL itself
/// and shows that a test asks for nothing that PostgreSQL does not do; `pgbouncer` shows the same
/// for a pool.
public interface TestProxy extends AutoCloseable {
  Endpoint endpoint();

  /// The process that could run out of memory, unless it is PostgreSQL's own.
  default Optional<Footprint> footprint() {
    return Optional.empty();
  }

  /// The user whose login takes SCRAM, when the setup asks for SCRAM at all.
  default Endpoint scramUser() {
    return endpoint();
  }

  @Override
  void close() throws IOException;

  /// What the tests run against in this JVM.
  enum Kind {
    TRUNKLINE,
    DIRECT,
    PGBOUNCER;

    public static Kind chosen() {
      return valueOf(System.getProperty("trunkline.target", "trunkline").toUpperCase(Locale.ROOT));
    }

    /// For tests of what PostgreSQL alone does not do.
    public static void assumeProxy() {
      Assumptions.assumeTrue(chosen() != DIRECT, "there is no proxy in front of PostgreSQL");
    }
  }

  static TestProxy start(Setup setup) throws IOException {
    return switch (Kind.chosen()) {
      case TRUNKLINE -> Trunkline.start(setup);
      case DIRECT -> new NoProxy(setup.server());
      case PGBOUNCER -> PgBouncer.start(setup);
    };
  }

  /// PostgreSQL itself.
  record NoProxy(Endpoint endpoint) implements TestProxy {
    @Override
    public Endpoint scramUser() {
      return endpoint.as("scramuser", "scramuser");
    }

    @Override
    public void close() {}
  }
}
