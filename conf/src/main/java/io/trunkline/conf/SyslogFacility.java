package io.trunkline.conf;

/// What syslog sorts lines by. RFC 3164, "PRI Part".
public enum SyslogFacility {
  USER(1),
  DAEMON(3),
  AUTH(4),
  AUTHPRIV(10),
  LOCAL0(16),
  LOCAL1(17),
  LOCAL2(18),
  LOCAL3(19),
  LOCAL4(20),
  LOCAL5(21),
  LOCAL6(22),
  LOCAL7(23);

  private final int number;

  SyslogFacility(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
