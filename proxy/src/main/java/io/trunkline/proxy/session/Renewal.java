package io.trunkline.proxy.session;

import io.trunkline.protocol.EventLoopConfined;
import java.util.Iterator;
import java.util.List;

/// Lets the clients of one event loop have what another configuration says of them: their times at
/// once, another pool when they want their next server. A few at a time, for there may be many, and
/// those who work must not notice.
@EventLoopConfined
final class Renewal {
  private static final int AT_ONCE = 200;

  private final LoopContext context;
  private final Iterator<ClientSession> left;
  private final Runnable done;

  /// @param done runs when all have it
  Renewal(LoopContext context, List<ClientSession> sessions, Runnable done) {
    this.context = context;
    this.left = sessions.iterator();
    this.done = done;
  }

  void goOn() {
    for (int i = 0; i < AT_ONCE && left.hasNext(); i++) {
      ClientSession session = left.next();
      if (session.state() != ClientState.CLOSED) {
        session.profileIs(session.profile().renewed());
        session
            .leasing()
            .onRenewal(); // also where nothing is new for it: its pool may be otherwise
      }
    }
    if (left.hasNext()) {
      context.loop().execute(this::goOn);
    } else {
      done.run();
    }
  }
}
