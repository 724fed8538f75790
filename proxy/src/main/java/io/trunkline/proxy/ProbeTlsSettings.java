package io.trunkline.proxy;

import io.trunkline.health.ProbeTls;
import io.trunkline.protocol.tls.ServerTlsSettings;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A cluster's TLS settings in the words of the probe's driver.
final class ProbeTlsSettings {
  private ProbeTlsSettings() {}

  static ProbeTls of(ServerTlsSettings tls) {
    String sslmode = tls.sslmode().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return new ProbeTls(
        sslmode, text(tls.caFile()), text(tls.certFile()), text(tls.keyFile()), null);
  }

  private static @Nullable String text(@Nullable Object file) {
    return file == null ? null : file.toString();
  }
}
