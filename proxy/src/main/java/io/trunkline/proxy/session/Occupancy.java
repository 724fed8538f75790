package io.trunkline.proxy.session;

import io.trunkline.pool.PoolMode;
import io.trunkline.pool.ServerConnection;
import java.time.Duration;

/// What clients do at one member, as far as it matters when that member is to be left: who has to
/// end something there first, and who cannot leave it. A copy that may leave its event loop.
///
/// @param working clients with a transaction or a request under way there
/// @param longest for how long the oldest of these transactions has lasted; zero when there is none
/// @param longestClient whose it is; 0 when there is none
/// @param pinned clients in transaction mode that keep their server, and end with it
/// @param sessions clients in session mode that have done something there, and end with it
/// @param streams replication connections, which end with it
public record Occupancy(
    int working, Duration longest, long longestClient, int pinned, int sessions, int streams) {
  public static final Occupancy NONE = new Occupancy(0, Duration.ZERO, 0, 0, 0, 0);

  /// Both together.
  public Occupancy and(Occupancy other) {
    Occupancy older = longest.compareTo(other.longest) >= 0 ? this : other;
    return new Occupancy(
        working + other.working,
        older.longest,
        older.longestClient,
        pinned + other.pinned,
        sessions + other.sessions,
        streams + other.streams);
  }

  /// Of one event loop's clients. Called on that loop.
  public static Occupancy of(LoopContext context, String cluster, String member) {
    Occupancy[] all = {NONE};
    long now = context.clock().now();
    context.forEachSession(session -> {
      ServerConnection server = session.server();
      if (server != null
          && server.key().cluster().equals(cluster)
          && server.key().member().equals(member)) {
        all[0] = all[0].and(of(session, ClientView.worksAt(session, cluster, member), now));
      }
    });
    return all[0];
  }

  private static Occupancy of(ClientSession session, boolean works, long now) {
    if (session.profile().hasOwnServer()) {
      return new Occupancy(0, Duration.ZERO, 0, 0, 0, 1);
    }
    boolean stays = session.staying().endsWithItsServer();
    boolean keeps = session.profile().poolMode() == PoolMode.SESSION;
    long since = session.timeouts().transactionSinceNanos();
    return new Occupancy(
        works ? 1 : 0,
        works && since != 0 ? Duration.ofNanos(now - since) : Duration.ZERO,
        works ? session.profile().id() : 0,
        stays && !keeps ? 1 : 0,
        stays && keeps ? 1 : 0,
        0);
  }
}
