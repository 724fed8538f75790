package io.trunkline.proxy.rig;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// How a raw client gets TLS: by SSLRequest or at once, with a certificate or without. It believes
/// every server, so that a test can look at what it was shown.
public final class TlsDial {
  private static final char[] NO_PASSWORD = {};

  private final SSLContext context;
  private final List<String> groups = new ArrayList<>();

  private TlsDial(KeyManager... shown) {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(shown, new TrustManager[] {new Credulous()}, null);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public static TlsDial anonymous() {
    return new TlsDial();
  }

  public static TlsDial showing(X509Bundle certificate) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry(
        "own",
        certificate.getKeyPair().getPrivate(),
        NO_PASSWORD,
        certificate.getCertificatePath());
    keys.init(store, NO_PASSWORD);
    return new TlsDial(keys.getKeyManagers());
  }

  /// Offers no other group for the key exchange.
  public TlsDial group(String name) {
    groups.add(name);
    return this;
  }

  /// Asks first, as the docs have it in "SSL Session Encryption".
  public RawClient ask(Endpoint endpoint) throws IOException {
    Socket socket = RawClient.dial(endpoint);
    socket.getOutputStream().write(Frontend.sslRequest());
    int answer = socket.getInputStream().read();
    if (answer != 'S') {
      socket.close();
      throw new IOException("SSLRequest was answered by " + (char) answer);
    }
    return encrypted(endpoint, socket);
  }

  /// Begins with TLS at once, naming these protocols by ALPN.
  public RawClient direct(Endpoint endpoint, String... protocols) throws IOException {
    return encrypted(endpoint, RawClient.dial(endpoint), protocols);
  }

  private RawClient encrypted(Endpoint endpoint, Socket socket, String... protocols)
      throws IOException {
    SSLSocket tls =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, endpoint.host(), endpoint.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    if (!groups.isEmpty()) {
      parameters.setNamedGroups(groups.toArray(String[]::new));
    }
    tls.setSSLParameters(parameters);
    try {
      tls.startHandshake();
      return new RawClient(endpoint, tls);
    } catch (IOException failed) {
      tls.close();
      throw failed;
    }
  }

  private static final class Credulous implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
