package io.trunkline.protocol.tls;

import io.trunkline.protocol.tls.PemFile.Block;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/// Private keys in the four shapes PEM files have: PKCS#8 (RFC 5208), PKCS#8 under a password,
/// PKCS#1 for RSA (RFC 8017, A.1.2) and SEC 1 for elliptic curves (RFC 5915). The JDK reads the
/// first only; the last two are the same key without an envelope, so they get one.
final class PrivateKeys {

  /// The JDK's names; a key fits exactly one of them, as its own algorithm identifier says.
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private PrivateKeys() {}

  /// The first private key of the file.
  static PrivateKey of(PemFile file, @Nullable Secret password) throws BadFile {
    for (Block block : file.blocks()) {
      byte[] pkcs8 =
          switch (block.label()) {
            case "PRIVATE KEY" -> block.der();
            case "ENCRYPTED PRIVATE KEY" -> decrypt(file, block.der(), password);
            case "RSA PRIVATE KEY" -> Der.rsaKeyToPkcs8(block.der());
            case "EC PRIVATE KEY" -> ecKeyToPkcs8(file, block.der());
            default -> null; // Certificates and EC PARAMETERS may stand in the same file.
          };
      if (pkcs8 != null) {
        return decode(file, pkcs8);
      }
    }
    throw new BadFile(file.path(), "no private key in it");
  }

  private static byte[] ecKeyToPkcs8(PemFile file, byte[] sec1) throws BadFile {
    try {
      return Der.ecKeyToPkcs8(sec1);
    } catch (IllegalArgumentException malformed) {
      throw new BadFile(file.path(), "malformed EC PRIVATE KEY (" + malformed.getMessage() + ")");
    }
  }

  private static PrivateKey decode(PemFile file, byte[] pkcs8) throws BadFile {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException expected) {
        // Another algorithm's key: the next one may fit.
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException("every JDK has " + algorithm, impossible);
      }
    }
    throw new BadFile(file.path(), "malformed private key, or of an unknown kind");
  }

  private static byte[] decrypt(PemFile file, byte[] der, @Nullable Secret password)
      throws BadFile {
    if (password == null) {
      throw new BadFile(file.path(), "private key is encrypted and key_password is not set");
    }
    PBEKeySpec spec = new PBEKeySpec(password.reveal().toCharArray());
    try {
      EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
      SecretKey key = SecretKeyFactory.getInstance(scheme(info)).generateSecret(spec);
      return info.getKeySpec(key).getEncoded();
    } catch (GeneralSecurityException | IOException expected) {
      throw new BadFile(file.path(), "private key cannot be decrypted with key_password");
    } finally {
      spec.clearPassword();
    }
  }

  /// PBES2 (RFC 8018) is a family; the JDK spells its member out in the parameters' text only.
  private static String scheme(EncryptedPrivateKeyInfo info) {
    boolean family = info.getAlgParameters() != null && info.getAlgName().startsWith("PBES2");
    return family ? info.getAlgParameters().toString() : info.getAlgName();
  }

  /// Whether the key is the one whose public half the certificate shows.
  static boolean match(PrivateKey key, X509Certificate certificate) {
    if (key instanceof RSAKey ours && certificate.getPublicKey() instanceof RSAKey theirs) {
      return ours.getModulus().equals(theirs.getModulus());
    }
    return verifiesOwnSignature(key, certificate);
  }

  private static boolean verifiesOwnSignature(PrivateKey key, X509Certificate certificate) {
    byte[] text = {'t', 'r', 'u', 'n', 'k'};
    try {
      String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException expected) { // Keys of two different kinds or curves.
      return false;
    }
  }
}
