package io.trunkline.protocol.tls;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A revocation list for tests.
record Revocations(String pem) {

  static Revocations of(X509Bundle authority, X509Bundle... revoked) {
    JcaX509v2CRLBuilder builder =
        new JcaX509v2CRLBuilder(
            authority.getCertificate().getSubjectX500Principal(), Date.from(Pki.PAST));
    builder.setNextUpdate(Date.from(Pki.FUTURE));
    for (X509Bundle bundle : revoked) {
      builder.addCRLEntry(
          bundle.getCertificate().getSerialNumber(), Date.from(Pki.PAST), CRLReason.keyCompromise);
    }
    try {
      byte[] der =
          builder
              .build(
                  new JcaContentSignerBuilder("SHA256withECDSA")
                      .build(authority.getKeyPair().getPrivate()))
              .getEncoded();
      return new Revocations(
          "-----BEGIN X509 CRL-----\n"
              + Base64.getMimeEncoder().encodeToString(der)
              + "\n-----END X509 CRL-----\n");
    } catch (OperatorCreationException | IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  Path writeTo(Path file) {
    try {
      return Files.writeString(file, pem);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
