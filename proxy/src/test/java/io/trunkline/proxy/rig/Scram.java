package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The client's half of SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677).
final class Scram {
  private static final String GS2_HEADER = "n,,";

  private final String password;
  private final String clientFirstBare;
  private byte[] serverSignature = {};

  Scram(String password, String nonce) {
    this.password = password;
    this.clientFirstBare = "n=,r=" + nonce;
  }

  byte[] clientFirst() {
    return (GS2_HEADER + clientFirstBare).getBytes(UTF_8);
  }

  byte[] clientFinal(String serverFirst) throws GeneralSecurityException {
    Map<Character, String> attributes = attributes(serverFirst);
    byte[] salt = Base64.getDecoder().decode(attributes.get('s'));
    byte[] salted = salt(password, salt, Integer.parseInt(attributes.get('i')));
    byte[] clientKey = hmac(salted, "Client Key");
    String withoutProof = "c=" + base64(GS2_HEADER.getBytes(UTF_8)) + ",r=" + attributes.get('r');
    String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
    byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), authMessage);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= clientKey[i];
    }
    serverSignature = hmac(hmac(salted, "Server Key"), authMessage);
    return (withoutProof + ",p=" + base64(proof)).getBytes(UTF_8);
  }

  /// Whether the server proved that it knows the password too.
  boolean proves(String serverFinal) {
    byte[] claimed = Base64.getDecoder().decode(attributes(serverFinal).getOrDefault('v', ""));
    return MessageDigest.isEqual(serverSignature, claimed);
  }

  static Map<Character, String> attributes(String message) {
    Map<Character, String> attributes = new HashMap<>();
    for (String attribute : message.split(",", -1)) {
      attributes.put(attribute.charAt(0), attribute.substring(2));
    }
    return attributes;
  }

  private static byte[] salt(String password, byte[] salt, int iterations)
      throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
