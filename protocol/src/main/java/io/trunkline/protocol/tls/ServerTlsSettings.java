package io.trunkline.protocol.tls;

import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Problem;
import io.trunkline.settings.ScalarText;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the proxy connects to PostgreSQL: libpq's `ssl…` parameters (PostgreSQL docs, "Parameter Key
/// Words" and "SSL Support").
public record ServerTlsSettings(
    @Setting(
            value =
                "As libpq: disable, allow (TLS when plaintext is refused), prefer (plaintext when"
                    + " there is no TLS), require, verify-ca (the chain is checked), verify-full"
                    + " (and the host name). As with libpq, a chain is checked in every mode once"
                    + " ca_file is set.",
            byDefault = "prefer")
        SslMode sslmode,
    @Setting(
            value =
                "postgres: ask for TLS first. direct: begin with TLS at once, one round trip less;"
                    + " needs PostgreSQL 17 and sslmode require or stronger.",
            byDefault = "postgres")
        SslNegotiation sslnegotiation,
    @Setting("PEM file with the certificate to present to servers, followed by its issuers.")
        @Nullable Path certFile,
    @Setting(
            "PEM file with the private key of cert_file: PKCS#8, PKCS#1 or SEC 1. Probes and"
                + " `auth.query` take PKCS#8 alone, from a file that only its owner can read.")
        @Nullable Path keyFile,
    @Setting("Password of key_file, when that is an encrypted PKCS#8 key.")
        @Nullable Secret keyPassword,
    @Setting(
            noFile = "system",
            value =
                "PEM file with the roots of server certificates, or the word system for those"
                    + " the Java runtime trusts (with verify-full only: anybody can get one of"
                    + " theirs).")
        @Nullable Path caFile,
    @Setting(
            "PEM file with revocation lists for server certificates: one for every authority in a"
                + " chain. A certificate whose status they do not tell is refused.")
        @Nullable Path crlFile,
    @Setting(value = "TLS versions to speak.", byDefault = "[TLSv1.2, TLSv1.3]")
        List<String> protocols,
    @Setting(
            "Cipher suites of TLSv1.2, best first, by OpenSSL's or the standard's names. Empty: the"
                + " engine's good ones.")
        List<String> ciphers,
    @Setting(
            "Cipher suites of TLSv1.3, best first: one or two of TLS_AES_128_GCM_SHA256,"
                + " TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256. Empty, or all of them:"
                + " those of the engine. BoringSSL can leave none out, so a choice takes the JDK's"
                + " engine, about twice the CPU per query.")
        List<String> tls13Ciphers,
    @Setting(
            "Groups for the key exchange, best first: X25519, prime256v1 (also P-256, secp256r1),"
                + " secp384r1 (P-384), secp521r1 (P-521), X25519MLKEM768 (BoringSSL only). Empty:"
                + " those of the engine.")
        List<String> groups)
    implements Checked {

  /// What libpq does without any parameter.
  public static final ServerTlsSettings PREFER = Defaults.of(ServerTlsSettings.class);

  public ServerTlsSettings {
    protocols = List.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
    tls13Ciphers = List.copyOf(tls13Ciphers);
    groups = List.copyOf(groups);
  }

  /// What kind of key we show servers, in the JDK's words, such as `RSA` or `EC`; empty when there
  /// is none, or none that can be read. Blocking.
  public Optional<String> keyAlgorithm() {
    if (certFile == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          PemFile.read(certFile).certificates().getFirst().getPublicKey().getAlgorithm());
    } catch (BadFile bad) {
      return Optional.empty();
    }
  }

  TlsPaths paths() {
    return new TlsPaths(certFile, keyFile, keyPassword, caFile, crlFile);
  }

  /// Looks into the files too, unless TLS is off, so it blocks.
  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    checkCombination(problems);
    if (sslmode.usesTls()) {
      TlsMaterial.read(paths(), problems);
    }
    return problems;
  }

  private void checkCombination(List<Problem> problems) {
    TlsChecks.check(sslmode, paths(), problems);
    TlsChecks.checkProtocols(protocols, problems);
    TlsSuites.check(ciphers, tls13Ciphers, problems);
    TlsGroup.check(groups, TlsSuites.provider(tls13Ciphers), problems);
    if (paths().trustsSystem() && sslmode != SslMode.VERIFY_FULL) {
      problems.add(
          new Problem("sslmode", ScalarText.format(sslmode), "verify-full, as ca_file is system"));
    }
    if (sslnegotiation == SslNegotiation.DIRECT && !sslmode.requiresTls()) {
      problems.add(
          new Problem(
              "sslmode",
              ScalarText.format(sslmode),
              "require, verify-ca or verify-full, as sslnegotiation is direct"));
    }
  }
}
