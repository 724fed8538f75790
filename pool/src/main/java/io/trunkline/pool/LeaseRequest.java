package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.sql.SessionSettings;
import org.jspecify.annotations.Nullable;

/// One client's wish for a server connection. A session has one such object for its whole life and
/// asks with it again and again, at most once at a time; it is its own place in the queue, so that
/// waiting allocates nothing and leaving the queue is immediate.
@EventLoopConfined
public abstract class LeaseRequest {
  @Nullable LeaseRequest before;
  @Nullable LeaseRequest after;
  @Nullable PoolShard waitsAt;

  /// The attempt to open a connection for this client alone; null while there is none.
  OwnConnections.@Nullable Opening opening;

  /// Since when it stands in the queue.
  long sinceNanos;

  /// Since when its client wants a connection, be it of this pool or of none yet: who has wanted
  /// one for longer comes first.
  long wantedSinceNanos;

  /// Whether it stands in a queue now.
  public final boolean isWaiting() {
    return waitsAt != null;
  }

  /// Where it stands in the queue; null while it stands in none.
  public final @Nullable PoolShard waitsAt() {
    return waitsAt;
  }

  /// Since when it has been waiting; meaningful while it is.
  public final long waitingSinceNanos() {
    return sinceNanos;
  }

  /// Leaves the queue, if it is in one, and wants no connection any more that is being opened for
  /// it alone.
  public final void withdraw() {
    PoolShard shard = waitsAt;
    if (shard != null) {
      shard.withdraw(this);
    }
    OwnConnections.Opening attempt = opening;
    if (attempt != null) {
      attempt.abandon();
    }
  }

  /// Who shall hold the connection.
  protected abstract Lessee lessee();

  /// The settings this client wants: an idle connection that has them already is preferred.
  protected abstract SessionSettings wantedSettings();

  /// What a connection must be opened with that serves this client alone and closes with its lease;
  /// null when any connection of the pool will do.
  protected @Nullable ServerStartup ownStartup() {
    return null;
  }

  /// Since when its client wants a connection, when that is longer than it has been asking here;
  /// now when it is not.
  protected long wantedSinceNanos(long nowNanos) {
    return nowNanos;
  }

  /// Whether another member may do as well, so that it asks anew when this one cannot be reached.
  protected boolean mayGoElsewhere() {
    return false;
  }

  /// Here it is. Called on the client's event loop, maybe from within the call that asked.
  protected abstract void onLeased(ServerConnection server);

  /// None will come: the reason is for the client. It is no longer waiting.
  protected abstract void onLeaseFailed(LeaseFailure failure);

  /// Its pool is no longer where it should be: it is out of the queue and may ask elsewhere.
  protected abstract void onReroute();
}
