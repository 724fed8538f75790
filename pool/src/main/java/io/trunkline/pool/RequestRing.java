package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Hot path. The queue of [PendingResponses] in a ring that grows: one byte for each request and
/// its marks, and what it is about. Places are counted from the oldest entry, which is at 0.
@EventLoopConfined
final class RequestRing {
  static final byte OWN = 0x10;
  static final byte FABRICATED = 0x20;

  private static final Request[] REQUESTS = Request.values();
  private static final int REQUEST_MASK = 0x0f;
  private static final int CAPACITY_MIN = 16;

  private byte[] entries = new byte[CAPACITY_MIN];
  private @Nullable Object[] subjects = new @Nullable Object[CAPACITY_MIN];
  private int head;
  private int size;

  int size() {
    return size;
  }

  Request request(int place) {
    return REQUESTS[entries[at(place)] & REQUEST_MASK];
  }

  boolean is(int place, int mark) {
    return (entries[at(place)] & mark) != 0;
  }

  @Nullable Object subject(int place) {
    return subjects[at(place)];
  }

  void add(Request request, int marks, @Nullable Object subject) {
    if (size == entries.length) {
      grow();
    }
    entries[at(size)] = (byte) (request.ordinal() | marks);
    subjects[at(size)] = subject;
    size++;
  }

  private void grow() {
    byte[] moreEntries = new byte[size * 2];
    @Nullable Object[] moreSubjects = new @Nullable Object[size * 2];
    for (int i = 0; i < size; i++) {
      moreEntries[i] = entries[at(i)];
      moreSubjects[i] = subjects[at(i)];
    }
    entries = moreEntries;
    subjects = moreSubjects;
    head = 0;
  }

  void mark(int place, byte mark) {
    entries[at(place)] |= mark;
  }

  void subjectIs(int place, Object subject) {
    subjects[at(place)] = subject;
  }

  /// Copies an entry to a place before it.
  void move(int from, int to) {
    entries[at(to)] = entries[at(from)];
    subjects[at(to)] = subjects[at(from)];
  }

  /// Drops all but the oldest entries.
  void truncate(int kept) {
    while (size > kept) {
      subjects[at(--size)] = null;
    }
  }

  void pop() {
    subjects[head] = null;
    head = at(1);
    size--;
  }

  void clear() {
    Arrays.fill(subjects, null);
    size = 0;
  }

  private int at(int place) {
    return (head + place) & (entries.length - 1);
  }
}
