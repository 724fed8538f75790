package io.trunkline.proxy.session;

/// What SUSPEND of the console does to a client: nothing more is read of it, while what it was sent
/// goes on its way. Called on the client's loop.
public final class Suspension {
  private Suspension() {}

  public static void begin(ClientSession session) {
    session.flow().suspended(true);
  }

  public static void end(ClientSession session) {
    session.flow().suspended(false);
  }

  /// Whether the client has taken all it was sent.
  public static boolean isFlushed(ClientSession session) {
    return ClientView.unsentBytes(session.channel()) == 0;
  }
}
