package io.trunkline.proxy.access;

/// Puts a user's name into what a directory reads, so that it stays a name whatever is in it.
final class DirectoryNames {
  private DirectoryNames() {}

  /// A value in a filter (RFC 4515, section 3).
  static String inFilter(String user) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < user.length(); i++) {
      char c = user.charAt(i);
      switch (c) {
        case '*', '(', ')', '\\', '\0' -> out.append("\\%02x".formatted((int) c));
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /// A value in a distinguished name (RFC 4514, section 2.4).
  static String inName(String user) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < user.length(); i++) {
      char c = user.charAt(i);
      boolean atEdge = i == 0 || i == user.length() - 1;
      switch (c) {
        case '"', '+', ',', ';', '<', '>', '=', '\\' -> out.append('\\').append(c);
        case '\0' -> out.append("\\00");
        case ' ' -> out.append(atEdge ? "\\ " : " ");
        case '#' -> out.append(i == 0 ? "\\#" : "#");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /// The name to bind as: between a prefix and a suffix that make it a distinguished name, or
  /// something else that only the directory understands, such as a name with its domain.
  static String between(String prefix, String user, String suffix) {
    return prefix + (prefix.endsWith("=") ? inName(user) : user) + suffix;
  }
}
