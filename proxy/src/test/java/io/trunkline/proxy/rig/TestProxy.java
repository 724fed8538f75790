package io.trunkline.proxy.rig;

import java.io.IOException;

/// Whatever stands between the tests' clients and PostgreSQL.
///
/// `-Dtrunkline.target=` chooses: `direct` is PostgreSQL itself and shows that a test asks for
/// nothing that PostgreSQL does not do; `pgbouncer` shows the same for a pool.
public interface TestProxy extends AutoCloseable {
  Endpoint endpoint();

  @Override
  void close() throws IOException;

  /// What the tests run against in this JVM.
  enum Kind {
    DIRECT,
    PGBOUNCER;

    public static Kind chosen() {
      return valueOf(
          System.getProperty("trunkline.target", "direct").toUpperCase(java.util.Locale.ROOT));
    }
  }

  static TestProxy start(Setup setup) throws IOException {
    return switch (Kind.chosen()) {
      case DIRECT -> new NoProxy(setup.server());
      case PGBOUNCER -> PgBouncer.start(setup);
    };
  }

  /// PostgreSQL itself.
  record NoProxy(Endpoint endpoint) implements TestProxy {
    @Override
    public void close() {}
  }
}
