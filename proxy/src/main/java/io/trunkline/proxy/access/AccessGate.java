package io.trunkline.proxy.access;

import io.trunkline.conf.AuthSettings;
import io.trunkline.conf.hba.AccessRules;
import io.trunkline.conf.hba.HbaMethod;
import io.trunkline.conf.hba.HbaOptions.ClientCertificate;
import io.trunkline.conf.hba.HbaOptions.ClientName;
import io.trunkline.conf.hba.HbaRule;
import io.trunkline.conf.hba.LdapOptions;
import io.trunkline.conf.hba.Outside;
import io.trunkline.conf.hba.Outside.Unanswered;
import io.trunkline.conf.hba.PamOptions;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.auth.LoginErrors;
import io.trunkline.protocol.tls.PeerIdentity;
import io.trunkline.proxy.login.Gate;
import io.trunkline.proxy.login.UnixPeer;
import io.trunkline.proxy.session.ClientErrors;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The gate in front of all listeners. What compares texts is done at once, on the client's loop;
/// what may take longer by [Inquiries].
public final class AccessGate implements Gate, AutoCloseable {

  /// Whom the gate asks.
  ///
  /// @param settings the present ones
  record Parts(
      Inquiries inquiries,
      Outsiders outsiders,
      OsUsers users,
      Tokens tokens,
      Supplier<AuthSettings> settings,
      NanoTime clock) {}

  private final Parts parts;

  AccessGate(Parts parts) {
    this.parts = parts;
  }

  /// A gate that asks the system, name servers and whoever the lines name.
  ///
  /// @param settings the present ones
  public static AccessGate of(Groups groups, Supplier<AuthSettings> settings, NanoTime clock) {
    return new AccessGate(
        new Parts(
            new Inquiries(),
            new Outsiders(groups, clock),
            new OsUsers(),
            new Tokens(InstantSource.system(), clock),
            settings,
            clock));
  }

  @Override
  public boolean isOwner(UnixPeer peer) {
    return peer.uid() == parts.users().own();
  }

  @Override
  public CompletionStage<Answer> judge(Visitor visitor) {
    Outside outside = parts.outsiders().of(visitor.claim());
    AccessRules rules = visitor.rules();
    if (!rules.isQuick() || rules.rules().stream().anyMatch(AccessGate::takesLong)) {
      return parts.inquiries().ask(visitor, () -> answer(visitor, outside));
    }
    return CompletableFuture.completedFuture(answer(visitor, outside));
  }

  private static boolean takesLong(HbaRule rule) {
    return rule.method() == HbaMethod.PEER || rule.options().map() != null;
  }

  private Answer answer(Visitor visitor, Outside outside) {
    try {
      HbaRule rule = visitor.rules().first(visitor.client(), outside);
      return rule == null
          ? new Answer.Refused(ClientErrors.noHbaEntry(visitor.client()), "no line is about it")
          : follow(rule, visitor, outside);
    } catch (Unanswered unknown) {
      return new Answer.Refused(
          ClientErrors.authenticationUnavailable(), String.valueOf(unknown.getMessage()));
    }
  }

  private Answer follow(HbaRule rule, Visitor visitor, Outside outside) throws Unanswered {
    String user = visitor.claim().user();
    if (rule.method() == HbaMethod.REJECT) {
      return new Answer.Refused(ClientErrors.hbaRejects(visitor.client()), rule.place());
    }
    ClientCertificate wanted = rule.options().certificate();
    PeerIdentity shown = visitor.certificate();
    if (wanted != ClientCertificate.NOT_ASKED && shown == null) {
      return new Answer.Refused(
          LoginErrors.noCertificate(), rule.place() + ": no client certificate");
    } else if (wanted == ClientCertificate.VERIFY_FULL && shown != null) {
      String name =
          rule.options().clientName() == ClientName.DN
              ? shown.distinguishedName()
              : shown.commonName();
      if (name == null || !isAllowed(rule, name, visitor, outside)) {
        return new Answer.Refused(
            LoginErrors.certificate(user), rule.place() + ": the certificate is for " + name);
      }
    }
    return switch (rule.method()) {
      case TRUST -> new Answer.Method(AuthMethod.TRUST);
      case SCRAM_SHA_256 -> new Answer.Method(AuthMethod.SCRAM_SHA_256);
      case MD5 -> new Answer.Method(AuthMethod.MD5);
      case PASSWORD -> new Answer.Method(AuthMethod.PASSWORD);
      case CERT -> new Answer.LetIn();
      case PEER -> peer(rule, visitor, outside);
      case LDAP -> ldap(Objects.requireNonNull(rule.options().ldap()), visitor);
      case PAM -> pam(Objects.requireNonNull(rule.options().pam()), visitor, outside);
      case OAUTH -> oauth(rule, visitor, outside);
      case REJECT -> throw new IllegalStateException("not spoken: " + rule.method());
    };
  }

  /// The map of a rule is that of its method; with another method a certificate's name has none.
  private static boolean isAllowed(HbaRule rule, String name, Visitor visitor, Outside outside)
      throws Unanswered {
    String map = rule.method() == HbaMethod.CERT ? rule.options().map() : null;
    return visitor.rules().maps().allows(map, name, visitor.claim().user(), outside);
  }

  private Answer ldap(LdapOptions options, Visitor visitor) {
    String user = visitor.claim().user();
    return new Answer.Password(
        LoginErrors.ldap(user),
        password -> parts.inquiries().ask(visitor, () -> directory(options).judge(user, password)));
  }

  private Directory directory(LdapOptions options) {
    AuthSettings settings = parts.settings().get();
    var bounds = new Directory.Bounds(settings.ldapCaFile(), settings.ldapTimeout());
    return new Directory(options, bounds, parts.clock());
  }

  private Answer pam(PamOptions options, Visitor visitor, Outside outside) {
    String user = visitor.claim().user();
    return new Answer.Password(
        LoginErrors.pam(user),
        password ->
            parts
                .inquiries()
                .ask(
                    visitor,
                    () -> {
                      String host = host(options, visitor.client().address(), outside);
                      return Pam.judge(new Pam.Question(options.service(), user, host), password);
                    }));
  }

  /// An address without a name is told as an address, as in PostgreSQL.
  private static @Nullable String host(
      PamOptions options, @Nullable InetAddress client, Outside outside) {
    if (client == null) {
      return null;
    }
    String name = options.host() == PamOptions.Host.NAME ? outside.hostName(client) : null;
    return name == null ? client.getHostAddress() : name;
  }

  private Answer oauth(HbaRule rule, Visitor visitor, Outside outside) {
    String user = visitor.claim().user();
    var bearer = new Tokens.Bearer(rule, visitor.rules().maps(), user, outside);
    return new Answer.Token(
        LoginErrors.oauth(user),
        Tokens.refusal(Objects.requireNonNull(rule.options().oauth())),
        token ->
            parts
                .inquiries()
                .ask(visitor, () -> parts.tokens().judge(parts.settings().get(), bearer, token)));
  }

  private Answer peer(HbaRule rule, Visitor visitor, Outside outside) throws Unanswered {
    String user = visitor.claim().user();
    if (visitor.peer() == null) {
      return new Answer.Refused(
          LoginErrors.peer(user), rule.place() + ": the system does not say who is there");
    }
    int uid = visitor.peer().uid();
    String name = parts.users().nameOf(uid);
    if (name != null && visitor.rules().maps().allows(rule.options().map(), name, user, outside)) {
      return new Answer.LetIn();
    }
    String who = name == null ? "uid " + uid + ", which has no name" : name;
    return new Answer.Refused(LoginErrors.peer(user), rule.place() + ": it is " + who);
  }

  @Override
  public void close() {
    parts.inquiries().close();
  }
}
