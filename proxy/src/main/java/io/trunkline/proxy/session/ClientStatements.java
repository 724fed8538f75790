package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hot path. The named prepared statements of one client: its own names, each standing for a
/// [SharedStatement]. Looked up by the bytes of the message, without making a string of them.
///
/// An open-addressing table with linear probing; a removed entry is followed by re-inserting the
/// rest of its run (Knuth, "The Art of Computer Programming", vol. 3, 6.4, algorithm R), so there
/// are no tombstones.
@SuppressWarnings("ReferenceEquality") // entries are compared by identity
@EventLoopConfined
final class ClientStatements {
  /// More than any client has; each costs memory of ours that its owner does not pay for.
  static final int COUNT_MAX = 10_000;

  /// One statement under one name, from its Parse to its Close. Compared by identity: the same name
  /// may stand for the same statement again, and yet be another entry.
  @EventLoopConfined
  static final class Entry {
    private final byte[] name;
    private final int hash;
    private final SharedStatement statement;

    /// How often all statements had been taken away when it was sent.
    private final int resets;

    /// Whether it is gone whatever becomes of its Close.
    private boolean dropped;

    Entry(byte[] name, int hash, SharedStatement statement, int resets) {
      this.name = name;
      this.hash = hash;
      this.statement = statement;
      this.resets = resets;
    }

    byte[] name() {
      return name;
    }

    SharedStatement statement() {
      return statement;
    }
  }

  private @Nullable Entry[] table = new @Nullable Entry[8];
  private int size;
  private int resets;

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= COUNT_MAX;
  }

  /// The statement whose name is these bytes; null when there is none.
  @Nullable SharedStatement get(ByteBuf in, int start, int bytes) {
    Entry entry = find(in, start, bytes);
    return entry == null ? null : entry.statement;
  }

  /// The entry whose name is these bytes; null when there is none.
  @Nullable Entry find(ByteBuf in, int start, int bytes) {
    return table[find(in, start, bytes, hash(in, start, bytes))];
  }

  /// Adds a statement under a name that is not there yet.
  Entry put(ByteBuf in, int start, int bytes, SharedStatement statement) {
    int hash = hash(in, start, bytes);
    var entry = new Entry(ByteBufUtil.getBytes(in, start, bytes), hash, statement, resets);
    insert(entry);
    return entry;
  }

  private void insert(Entry entry) {
    if ((size + 1) * 2 > table.length) {
      grow();
    }
    insert(table, entry);
    size++;
  }

  /// Removes the statement of this name.
  ///
  /// @return null when there is none
  @Nullable Entry remove(ByteBuf in, int start, int bytes) {
    int at = find(in, start, bytes, hash(in, start, bytes));
    Entry removed = table[at];
    removeAt(at);
    return removed;
  }

  /// The Parse of this entry never happened.
  void undoPut(Entry entry) {
    int at = find(entry);
    if (table[at] == entry) {
      removeAt(at);
    }
  }

  /// The Close of this entry never happened.
  void undoRemove(Entry entry) {
    if (!entry.dropped) {
      removeAt(find(entry)); // what took its name came later, so that has not happened either
      insert(entry);
    }
  }

  /// All statements were taken away before the Close of this entry.
  void dropBeforeRemove(Entry entry) {
    int at = find(entry);
    if (table[at] == entry) {
      removeAt(at); // it was put behind that
    } else {
      entry.dropped = true;
    }
  }

  private int find(Entry entry) {
    return find(Unpooled.wrappedBuffer(entry.name), 0, entry.name.length, entry.hash);
  }

  /// A command was sent that takes all of them away.
  void noteReset() {
    resets++;
  }

  /// Whether such a command was sent behind the Parse of this entry.
  boolean isBeforeReset(Entry entry) {
    return entry.resets != resets;
  }

  void clear() {
    table = new @Nullable Entry[8];
    size = 0;
  }

  void forEach(Consumer<SharedStatement> consumer) {
    for (Entry entry : table) {
      if (entry != null) {
        consumer.accept(entry.statement);
      }
    }
  }

  private void removeAt(int at) {
    if (table[at] == null) {
      return;
    }
    table[at] = null;
    size--;
    int mask = table.length - 1;
    for (int i = (at + 1) & mask; table[i] != null; i = (i + 1) & mask) {
      Entry moved = table[i];
      table[i] = null;
      insert(table, moved);
    }
  }

  private void grow() {
    @Nullable Entry[] larger = new @Nullable Entry[table.length * 2];
    for (Entry entry : table) {
      if (entry != null) {
        insert(larger, entry);
      }
    }
    table = larger;
  }

  private static void insert(@Nullable Entry[] table, @Nullable Entry entry) {
    if (entry == null) {
      return;
    }
    int mask = table.length - 1;
    int at = entry.hash & mask;
    while (table[at] != null) {
      at = (at + 1) & mask;
    }
    table[at] = entry;
  }

  private int find(ByteBuf in, int start, int bytes, int hash) {
    int mask = table.length - 1;
    int at = hash & mask;
    while (true) {
      Entry entry = table[at];
      if (entry == null || (entry.hash == hash && equal(entry.name, in, start, bytes))) {
        return at;
      }
      at = (at + 1) & mask;
    }
  }

  private static boolean equal(byte[] name, ByteBuf in, int start, int bytes) {
    if (name.length != bytes) {
      return false;
    }
    for (int i = 0; i < bytes; i++) {
      if (in.getByte(start + i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static int hash(ByteBuf in, int start, int bytes) {
    int hash = 1;
    for (int i = 0; i < bytes; i++) {
      hash = 31 * hash + in.getByte(start + i);
    }
    return hash ^ (hash >>> 15);
  }
}
