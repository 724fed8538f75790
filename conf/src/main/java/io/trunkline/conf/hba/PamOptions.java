package io.trunkline.conf.hba;

/// How the system's authentication modules are asked.
///
/// @param service names their file in `/etc/pam.d`
/// @param host what they are told of where a client comes from
public record PamOptions(String service, Host host) {

  /// What `pam_use_hostname` says.
  public enum Host {
    ADDRESS,
    NAME
  }
}
