package io.trunkline.bench.compare;

import io.trunkline.bench.compare.Setup.Door;
import io.trunkline.bench.load.LoadOrder;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.auth.MockAuthentication;
import io.trunkline.protocol.auth.PasswordSalting;
import io.trunkline.protocol.auth.ScramVerifier;
import io.trunkline.settings.Secret;
import java.nio.file.Path;

/// Where a contestant is to stand.
///
/// @param directory for its files; may be read by everybody
/// @param port it is to listen on, on 127.0.0.1
/// @param backendPort of the server behind it, on 127.0.0.1
public record Site(Path directory, int port, int backendPort, Setup setup) {
  public static final LoadOrder.Login LOGIN = new LoadOrder.Login("bench", "bench", "postgres");

  /// Who may be passed on to the real server, to ask what it is.
  static final String PROBE_USER = "probe";

  static final int CLIENTS_MAX = 12_000;

  private static final byte[] SALT = new byte[16];

  /// What the clients' password is checked with, so that no contestant has to salt it.
  String verifier() {
    var salting =
        new PasswordSalting(
            Secret.of(LOGIN.password()), Bytes.of(SALT), MockAuthentication.DEFAULT_ITERATIONS);
    return ScramVerifier.of(salting).format().reveal();
  }

  boolean asksPassword() {
    return setup.door() == Door.SCRAM;
  }

  boolean isTls() {
    return setup.door() == Door.TLS;
  }

  /// The certificate and key of contestants that are to speak TLS.
  Path certificate() {
    return directory.resolve("server.crt");
  }

  Path key() {
    return directory.resolve("server.key");
  }

  /// A file of its configuration.
  Path file(String name) {
    return directory.resolve(name);
  }
}
