package io.trunkline.conf.hba;

import java.util.List;

/// Whose tokens count. PostgreSQL docs, "OAuth Authorization/Authentication".
///
/// @param issuer as written: an address, or that of its discovery document
/// @param scopes a token must have every one
public record OauthOptions(String issuer, List<String> scopes) {
  private static final String WELL_KNOWN = "/.well-known/";

  public OauthOptions {
    scopes = List.copyOf(scopes);
  }

  /// Where the issuer says what it is (OpenID Connect Discovery 1.0, section 4).
  public String discovery() {
    return issuer.contains(WELL_KNOWN) ? issuer : issuer + WELL_KNOWN + "openid-configuration";
  }
}
