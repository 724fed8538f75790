package io.trunkline.conf.hba;

import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directory that knows passwords. PostgreSQL docs, "LDAP Authentication".
///
/// @param servers tried in this order
/// @param how what the user's name becomes
public record LdapOptions(List<HostPort> servers, Encryption encryption, How how) {
  public LdapOptions {
    servers = List.copyOf(servers);
  }

  /// When TLS begins.
  public enum Encryption {
    NONE,
    /// Within LDAP (`ldaptls`).
    STARTTLS,
    /// Before it (`ldapscheme=ldaps`).
    LDAPS
  }

  /// What the user's name becomes.
  public sealed interface How {

    /// The name to bind as, between these.
    record Simple(String prefix, String suffix) implements How {}

    /// What is searched for; who is found is bound as.
    ///
    /// @param bindName who searches; null for nobody in particular
    /// @param filter has `$username` where the name goes
    record Search(
        String base,
        @Nullable String bindName,
        @Nullable Secret bindPassword,
        Scope scope,
        String filter)
        implements How {}
  }

  /// How far below its base a search goes.
  public enum Scope {
    BASE,
    ONE,
    SUB
  }
}
