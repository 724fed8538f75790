package io.trunkline.proxy.access;

import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.ExtendedResult;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import io.trunkline.conf.hba.LdapOptions;
import io.trunkline.conf.hba.LdapOptions.Encryption;
import io.trunkline.conf.hba.LdapOptions.How;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.Judgement;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Asks a directory whether a password is right, by binding with it (`CheckLDAPAuth` in
/// PostgreSQL's auth.c; RFC 4513). Servers are tried in turn until one is reached. Blocks, within a
/// limit.
final class Directory {
  private static final String USERNAME = "$username";

  /// What tells that the name or the password is wrong, and not the directory.
  private static final Set<ResultCode> OF_USER =
      Set.of(
          ResultCode.INVALID_CREDENTIALS,
          ResultCode.NO_SUCH_OBJECT,
          ResultCode.INVALID_DN_SYNTAX,
          ResultCode.INAPPROPRIATE_AUTHENTICATION,
          ResultCode.CONSTRAINT_VIOLATION,
          ResultCode.UNWILLING_TO_PERFORM);

  /// What every question needs.
  ///
  /// @param caFile PEM file with the roots of servers' certificates; null for those of the JDK
  /// @param timeout of one question, all servers included
  record Bounds(@Nullable Path caFile, Duration timeout) {}

  private final LdapOptions options;
  private final Bounds bounds;
  private final NanoTime clock;
  private final long deadline;

  Directory(LdapOptions options, Bounds bounds, NanoTime clock) {
    this.options = options;
    this.bounds = bounds;
    this.clock = clock;
    this.deadline = clock.now() + bounds.timeout.toNanos();
  }

  /// Once.
  Judgement judge(String user, Secret password) {
    if (password.reveal().isEmpty()) {
      return new Judgement.Wrong("empty password"); // would bind as nobody, which is let in
    }
    StringJoiner reasons = new StringJoiner("; ");
    for (HostPort server : options.servers()) {
      if (millisLeft() <= 0) {
        reasons.add("no time was left");
        break;
      }
      try (LDAPConnection connection = connect(server)) {
        return judge(connection, user, password);
      } catch (LDAPException failure) {
        reasons.add("%s: %s".formatted(server, reason(failure)));
        if (OF_USER.contains(failure.getResultCode())) {
          break;
        }
      } catch (GeneralSecurityException | IOException failure) {
        return new Judgement.Wrong("no TLS with a directory: " + failure.getMessage());
      }
    }
    return new Judgement.Wrong("the directory says no: " + reasons);
  }

  private static String reason(LDAPException failure) {
    String text = failure.getResultCode() + " " + failure.getMessage();
    return text.replaceAll("\\p{C}", "?");
  }

  private int millisLeft() {
    return (int) TimeUnit.NANOSECONDS.toMillis(deadline - clock.now());
  }

  private LDAPConnection connect(HostPort server)
      throws LDAPException, GeneralSecurityException, IOException {
    LDAPConnectionOptions how = new LDAPConnectionOptions();
    int millis = Math.max(1, millisLeft());
    how.setConnectTimeoutMillis(millis);
    how.setResponseTimeoutMillis(millis);
    how.setFollowReferrals(false);
    how.setUseSynchronousMode(true);
    how.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
    boolean tls = options.encryption() == Encryption.LDAPS;
    LDAPConnection connection =
        tls
            ? new LDAPConnection(sockets(), how, server.host(), server.port())
            : new LDAPConnection(how, server.host(), server.port());
    if (options.encryption() == Encryption.STARTTLS) {
      startTls(connection);
    }
    return connection;
  }

  private void startTls(LDAPConnection connection)
      throws LDAPException, GeneralSecurityException, IOException {
    try {
      ExtendedResult started =
          connection.processExtendedOperation(new StartTLSExtendedRequest(sockets()));
      if (!started.getResultCode().equals(ResultCode.SUCCESS)) {
        throw new LDAPException(started);
      }
    } catch (LDAPException | GeneralSecurityException | IOException failure) {
      connection.close();
      throw failure;
    }
  }

  private SSLSocketFactory sockets() throws GeneralSecurityException, IOException {
    return DirectoryTls.sockets(bounds.caFile);
  }

  private Judgement judge(LDAPConnection connection, String user, Secret password)
      throws LDAPException {
    return switch (options.how()) {
      case How.Simple(String prefix, String suffix) ->
          bind(connection, DirectoryNames.between(prefix, user, suffix), password);
      case How.Search search -> {
        String name = find(connection, search, user);
        yield name == null
            ? new Judgement.Wrong("not exactly one entry of the directory is about the user")
            : bind(connection, name, password);
      }
    };
  }

  private Judgement bind(LDAPConnection connection, String name, Secret password)
      throws LDAPException {
    BindResult bound = connection.bind(request(name, password));
    return bound.getResultCode().equals(ResultCode.SUCCESS)
        ? new Judgement.Right()
        : new Judgement.Wrong(bound.getResultCode().toString());
  }

  private SimpleBindRequest request(String name, Secret password) {
    SimpleBindRequest request = new SimpleBindRequest(name, password.reveal());
    request.setResponseTimeoutMillis(Math.max(1, millisLeft()));
    return request;
  }

  /// The name of the only entry about this user; null when there is none, or there are more.
  private @Nullable String find(LDAPConnection connection, How.Search search, String user)
      throws LDAPException {
    String searcher = search.bindName();
    if (searcher != null && search.bindPassword() != null) {
      connection.bind(request(searcher, search.bindPassword()));
    }
    Filter filter = Filter.create(search.filter().replace(USERNAME, DirectoryNames.inFilter(user)));
    SearchScope scope =
        switch (search.scope()) {
          case BASE -> SearchScope.BASE;
          case ONE -> SearchScope.ONE;
          case SUB -> SearchScope.SUB;
        };
    SearchRequest request =
        new SearchRequest(
            search.base(),
            scope,
            DereferencePolicy.NEVER,
            2,
            0,
            false,
            filter,
            SearchRequest.NO_ATTRIBUTES);
    request.setResponseTimeoutMillis(Math.max(1, millisLeft()));
    try {
      List<SearchResultEntry> found = connection.search(request).getSearchEntries();
      return found != null && found.size() == 1 ? found.getFirst().getDN() : null;
    } catch (LDAPSearchException failure) {
      if (failure.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
        return null;
      }
      throw failure;
    }
  }
}
