package io.trunkline.conf.hba;

import org.jspecify.annotations.Nullable;

/// What stands behind the method.
///
/// @param map the map of names; null for none: the name proved is the user's own
/// @param certificate what the client's certificate must be, whatever the method
/// @param clientName which of the certificate's names counts
/// @param ldap non-null exactly for that method
/// @param pam non-null exactly for that method
/// @param oauth non-null exactly for that method
public record HbaOptions(
    @Nullable String map,
    ClientCertificate certificate,
    ClientName clientName,
    @Nullable LdapOptions ldap,
    @Nullable PamOptions pam,
    @Nullable OauthOptions oauth) {

  /// What `clientcert` asks for.
  public enum ClientCertificate {
    NOT_ASKED,
    /// There is one.
    VERIFY_CA,
    /// It is the user's.
    VERIFY_FULL
  }

  /// What `clientname` says.
  public enum ClientName {
    CN,
    DN
  }
}
