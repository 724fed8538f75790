package io.trunkline.protocol.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The blocks of a PEM file (RFC 7468), in order. Text outside the blocks is ignored, as OpenSSL
/// writes explanations there.
record PemFile(Path path, List<Block> blocks) {

  /// Certificate bundles take some 250 KB, big revocation lists some megabytes.
  static final int BYTES_MAX = 16 << 20;

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /// One block: what its BEGIN line names, and its bytes. Not a record: arrays are not equal by
  /// content, and a key has no business in a `toString`.
  static final class Block {
    private final String label;
    private final byte[] der;

    Block(String label, byte[] der) {
      this.label = label;
      this.der = der;
    }

    String label() {
      return label;
    }

    byte[] der() {
      return der;
    }
  }

  PemFile {
    blocks = List.copyOf(blocks);
  }

  /// Reads and splits a file. Blocking.
  static PemFile read(Path path) throws BadFile {
    return new PemFile(path, split(path, text(path)));
  }

  private static String text(Path path) throws BadFile {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new BadFile(path, "not a regular file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new BadFile(path, "larger than " + (BYTES_MAX >> 20) + " MiB");
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException absent) {
      throw new BadFile(path, "no such file");
    } catch (AccessDeniedException denied) {
      throw new BadFile(path, "permission denied");
    } catch (IOException failed) {
      throw new BadFile(path, "cannot be read (" + failed.getMessage() + ")");
    }
  }

  private static List<Block> split(Path path, String text) throws BadFile {
    List<Block> blocks = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    String label = "";
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
        label = line.substring(BEGIN.length(), line.length() - DASHES.length());
        body.setLength(0);
      } else if (!label.isEmpty() && line.equals(END + label + DASHES)) {
        blocks.add(new Block(label, bytes(path, label, body.toString())));
        label = "";
      } else if (!label.isEmpty()) {
        body.append(line);
      }
    }
    if (!label.isEmpty()) {
      throw new BadFile(path, label + " without its END line");
    }
    return blocks;
  }

  private static byte[] bytes(Path path, String label, String body) throws BadFile {
    if (body.startsWith("Proc-Type:")) {
      throw new BadFile(path, label + " encrypted the old way; convert it with openssl pkcs8");
    }
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException expected) { // Its text would quote the file: a key, perhaps.
      throw new BadFile(path, label + " is not base64");
    }
  }

  /// Every certificate, at least one.
  List<X509Certificate> certificates() throws BadFile {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.label().endsWith("CERTIFICATE")) {
        certificates.add(certificate(block.der()));
      }
    }
    if (certificates.isEmpty()) {
      throw new BadFile(path, "no certificate in it");
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] der) throws BadFile {
    try {
      return (X509Certificate) x509().generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException malformed) {
      throw new BadFile(path, "malformed certificate (" + malformed.getMessage() + ")");
    }
  }

  /// Every revocation list, at least one.
  List<X509CRL> revocationLists() throws BadFile {
    List<X509CRL> lists = new ArrayList<>();
    for (Block block : blocks) {
      if (block.label().equals("X509 CRL")) {
        lists.add(revocationList(block.der()));
      }
    }
    if (lists.isEmpty()) {
      throw new BadFile(path, "no X509 CRL in it");
    }
    return lists;
  }

  private X509CRL revocationList(byte[] der) throws BadFile {
    try {
      return (X509CRL) x509().generateCRL(new ByteArrayInputStream(der));
    } catch (CRLException malformed) {
      throw new BadFile(path, "malformed revocation list (" + malformed.getMessage() + ")");
    }
  }

  static CertificateFactory x509() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has X.509", impossible);
    }
  }
}
