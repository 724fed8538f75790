package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.TlsDial;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `client_tls_ecdhcurve` with Debian's PgBouncer (1.18) and with Trunkline: who has that curve
/// comes in, who has only another does not.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsCurveIT {
  @TempDir private static Path directory;
  private Pair pair;

  @BeforeAll
  void start() throws Exception {
    Authority.write(directory, "host", new Authority("Test CA").host("127.0.0.1"));
    pair =
        Pair.start(
            directory,
            """
            client_tls_sslmode = require
            client_tls_cert_file = DIR/host.crt
            client_tls_key_file = DIR/host.key
            client_tls_ecdhcurve = secp384r1
            """
                .replace("DIR", directory.toString()));
  }

  @AfterAll
  void stop() {
    if (pair != null) {
      pair.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void curve_ofTheFile_isTheOnlyOne(Side side) throws Exception {
    Endpoint app = pair.at(side, "app", "app");
    try (RawClient client = TlsDial.anonymous().group("secp384r1").ask(app)) {
      client.logIn(Frontend.V3_0, Map.of());
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    }
    assertThatThrownBy(() -> TlsDial.anonymous().group("x25519").ask(app).close())
        .isInstanceOf(SSLException.class);
  }
}
