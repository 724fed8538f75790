package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;

/// The log in the system's syslog. Only where `epoll` works.
public record SyslogSettings(
    @Setting(value = "Whether lines are sent there as well.", byDefault = "false") boolean enabled,
    @Setting(value = "What each line begins with.", byDefault = "trunkline") String ident,
    @Setting(value = "What syslog sorts lines by.", byDefault = "daemon") SyslogFacility facility,
    @Setting(value = "Syslog's socket.", byDefault = "/dev/log") String socket) {

  public static SyslogSettings defaults() {
    return Defaults.of(SyslogSettings.class);
  }
}
