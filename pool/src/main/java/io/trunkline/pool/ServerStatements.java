package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Hot path. The prepared statements one server connection has: the shared ones, the longest unused
/// first, and whose the unnamed one is. Says what is on the server once everything sent so far has
/// been executed; what turns out not to have been is put right by the `note…` methods.
@SuppressWarnings("ReferenceEquality") // an owner is itself and nobody else
@EventLoopConfined
public final class ServerStatements {
  private final LinkedHashMap<SharedStatement, SharedStatement> byUse =
      new LinkedHashMap<>(16, 0.75f, true);

  /// Whose unnamed statement the server has, and which one; null when it has none we know of.
  private @Nullable Object unnamedOwner;

  private long unnamedSerial;

  /// Whether the server has this statement; counts as a use.
  public boolean knows(SharedStatement statement) {
    return byUse.get(statement) != null;
  }

  /// The server was sent a Parse for it.
  public void noteParsed(SharedStatement statement) {
    byUse.put(statement, statement);
  }

  /// That Parse failed, or the server was sent a Close for it.
  public void noteForgotten(SharedStatement statement) {
    byUse.remove(statement);
  }

  /// The server has none any more (DISCARD ALL, DEALLOCATE ALL).
  public void noteAllForgotten() {
    byUse.clear();
    unnamedOwner = null;
  }

  public int size() {
    return byUse.size();
  }

  /// Takes out the longest unused statement when there are more than `max`: the caller has to send
  /// a Close for it.
  public @Nullable SharedStatement evictBeyond(int max) {
    if (byUse.size() <= max) {
      return null;
    }
    SharedStatement eldest = byUse.firstEntry().getKey();
    byUse.remove(eldest);
    return eldest;
  }

  /// Whose unnamed statement the server has now; null for nobody's.
  public void noteUnnamed(@Nullable Object owner, long serial) {
    unnamedOwner = owner;
    unnamedSerial = serial;
  }

  public boolean hasUnnamed(Object owner, long serial) {
    return unnamedOwner == owner && unnamedSerial == serial;
  }

  /// A request that was sent as `subject` comes after a command that took all statements away. Told
  /// of each, the oldest first: a Close is of what was parsed in between, or of nothing.
  void onForgottenBefore(Object subject) {
    if (subject instanceof ParsedStatement parsed && parsed.onServer()) {
      noteParsed(parsed.statement());
    } else if (subject instanceof ClosedStatement closed
        && byUse.remove(closed.statement()) == null) {
      closed.noteDropped();
    }
  }

  /// A request that was sent as `subject` failed or never happened.
  ///
  /// @return whether it was one of ours, about a statement
  boolean onSkipped(Object subject) {
    return switch (subject) {
      case SharedStatement statement -> {
        noteForgotten(statement);
        yield true;
      }
      case ClosedStatement closed -> {
        if (!closed.isDropped()) {
          noteParsed(closed.statement());
        }
        yield true;
      }
      default -> false;
    };
  }
}
