package io.trunkline.proxy.access;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.OperationType;
import com.unboundid.ldif.LDIFException;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.proxy.rig.Authority;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A directory in this process, that knows alice, bob and somebody with an odd name.
public final class TestDirectory implements AutoCloseable {
  public static final String BASE = "dc=example,dc=com";

  private final InMemoryDirectoryServer server;

  /// With TLS by a certificate of this authority for 127.0.0.1.
  public TestDirectory(Authority authority) {
    try {
      SSLContext tls = context(authority.host("127.0.0.1"));
      var config = new InMemoryDirectoryServerConfig(BASE);
      InetAddress here = InetAddress.getLoopbackAddress();
      config.setListenerConfigs(
          InMemoryListenerConfig.createLDAPConfig("ldap", here, 0, tls.getSocketFactory()),
          InMemoryListenerConfig.createLDAPSConfig(
              "ldaps", here, 0, tls.getServerSocketFactory(), tls.getSocketFactory()));
      config.addAdditionalBindCredentials("cn=searcher", "searches");
      config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH);
      config.setSchema(null);
      server = new InMemoryDirectoryServer(config);
      server.add("dn: " + BASE, "objectClass: domain", "dc: example");
      add("uid=alice", "alice", "alice@example.com", "ldap-alice");
      add("uid=bob", "bob", "shared@example.com", "ldap-bob");
      add("uid=carol", "carol", "shared@example.com", "ldap-carol");
      add("uid=o\\,dd \\\"(*)", "o,dd \"(*)", "odd@example.com", "ldap-odd");
      server.startListening();
    } catch (LDAPException | LDIFException | GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void add(String rdn, String uid, String mail, String password)
      throws LDAPException, LDIFException {
    server.add(
        "dn: " + rdn + "," + BASE,
        "objectClass: account",
        "uid: " + uid,
        "mail: " + mail,
        "userPassword: " + password);
  }

  private static SSLContext context(X509Bundle bundle) throws GeneralSecurityException {
    char[] password = "test".toCharArray();
    KeyStore store = bundle.toKeyStore(password);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /// Answers in clear text, and starts TLS when asked to.
  public int port() {
    return server.getListenPort("ldap");
  }

  /// Speaks TLS at once.
  public int tlsPort() {
    return server.getListenPort("ldaps");
  }

  @Override
  public void close() {
    server.shutDown(true);
  }
}
