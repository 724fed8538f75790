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
import org.jspecify.annotations.Nullable;

/// How a listener treats clients that want TLS, or do not.
public record ClientTlsSettings(
    @Setting(
            value =
                "Whether clients may or must use TLS. disable: TLS is declined. allow, prefer: TLS"
                    + " when the client asks for it. require: plaintext is refused. verify-ca,"
                    + " verify-full: and the client must present a certificate that ca_file vouches"
                    + " for.",
            byDefault = "disable")
        SslMode mode,
    @Setting(
            "PEM file with the listener's certificate, followed by its issuers except the root."
                + " Needed unless mode is disable. All files of all `tls` sections are read again"
                + " at SIGHUP and the console's RELOAD; if one is bad, none is used.")
        @Nullable Path certFile,
    @Setting("PEM file with the private key of cert_file: PKCS#8, PKCS#1 or SEC 1.")
        @Nullable Path keyFile,
    @Setting("Password of key_file, when that is an encrypted PKCS#8 key.")
        @Nullable Secret keyPassword,
    @Setting(
            noFile = "system", // refused in words of its own
            value =
                "PEM file with the roots of client certificates. With verify-ca and verify-full a"
                    + " certificate is demanded; with weaker modes it is optional, and checked when"
                    + " presented. Without ca_file clients are not asked for a certificate.")
        @Nullable Path caFile,
    @Setting(
            "PEM file with revocation lists for client certificates: one for every authority in a"
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
        List<String> groups,
    @Setting(
            value =
                "Whether a client may begin with TLS at once (sslnegotiation=direct of PostgreSQL"
                    + " 17 and newer) instead of asking first.",
            byDefault = "true")
        boolean directTls)
    implements Checked {

  /// No TLS: what a listener without a `tls` section does.
  public static final ClientTlsSettings DISABLED = Defaults.of(ClientTlsSettings.class);

  public ClientTlsSettings {
    protocols = List.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
    tls13Ciphers = List.copyOf(tls13Ciphers);
    groups = List.copyOf(groups);
  }

  TlsPaths paths() {
    return new TlsPaths(certFile, keyFile, keyPassword, caFile, crlFile);
  }

  /// Looks into the files too, unless TLS is off, so it blocks.
  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    checkCombination(problems);
    if (mode.usesTls()) {
      TlsMaterial.read(paths(), problems);
    }
    return problems;
  }

  private void checkCombination(List<Problem> problems) {
    TlsChecks.check(mode, paths(), problems);
    TlsChecks.checkProtocols(protocols, problems);
    TlsSuites.check(ciphers, tls13Ciphers, problems);
    TlsGroup.check(groups, TlsSuites.provider(tls13Ciphers), problems);
    if (mode.usesTls() && certFile == null && keyFile == null) {
      problems.add(
          new Problem(
              "cert_file",
              "nothing",
              "a PEM file, as mode " + ScalarText.format(mode) + " needs it"));
    }
    if (paths().trustsSystem()) {
      problems.add(
          new Problem("ca_file", "system", "a PEM file: the system's roots vouch for servers"));
    }
  }
}
