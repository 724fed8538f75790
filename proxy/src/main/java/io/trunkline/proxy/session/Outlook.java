package io.trunkline.proxy.session;

/// What a client can do once it has been told that its server is gone.
enum Outlook {
  /// Nothing: its session was there.
  LEAVES,
  /// Begin something else.
  IS_IDLE,
  /// End the transaction block it believes to be in; see [LostBlock].
  IS_IN_FAILED_BLOCK
}
