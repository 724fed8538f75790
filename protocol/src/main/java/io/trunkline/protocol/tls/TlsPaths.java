package io.trunkline.protocol.tls;

import io.trunkline.settings.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The files that both sides' settings name.
record TlsPaths(
    @Nullable Path certFile,
    @Nullable Path keyFile,
    @Nullable Secret keyPassword,
    @Nullable Path caFile,
    @Nullable Path crlFile) {

  /// libpq's `sslrootcert=system`: not a file but whatever this machine trusts.
  private static final Path SYSTEM = Path.of("system");

  boolean trustsSystem() {
    return SYSTEM.equals(caFile);
  }
}
