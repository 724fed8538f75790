package io.trunkline.proxy.http;

/// What a page answers.
///
/// @param contentType with its charset
public record Reply(int status, String contentType, String body) {
  public static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  public static final int UNAVAILABLE = 503;

  /// Words for people, on a line of their own.
  public static Reply text(int status, String words) {
    return new Reply(status, "text/plain; charset=utf-8", words + "\n");
  }
}
