package io.trunkline.settings;

/// Where a server listens: a host name or address (without brackets) and a TCP port. As in libpq, a
/// host that begins with `/` is the directory of a Unix socket, whose name has the port in it; one
/// that begins with `@` is a socket of Linux' abstract namespace.
public record HostPort(String host, int port) {
  public HostPort {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not a host and port: " + host + ":" + port);
    }
  }

  /// Reads `host:port`, `[v6]:port`, `host` or `[v6]`.
  ///
  /// @throws IllegalArgumentException when it is none of these
  public static HostPort parse(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    int bracket = text.lastIndexOf(']');
    boolean hasPort = colon > bracket && (bracket >= 0 || text.indexOf(':') == colon);
    String host = hasPort ? text.substring(0, colon) : text;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = hasPort ? parsePort(text, text.substring(colon + 1)) : defaultPort;
    return new HostPort(host, port);
  }

  /// Whether this is a Unix socket.
  public boolean isUnix() {
    return host.startsWith("/") || host.startsWith("@");
  }

  /// The path of the Unix socket; an abstract one begins with `@`.
  public String socketFile() {
    return (host.endsWith("/") ? host : host + "/") + ".s.PGSQL." + port;
  }

  private static int parsePort(String whole, String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("not a port: " + whole);
    }
    return Integer.parseInt(digits);
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
