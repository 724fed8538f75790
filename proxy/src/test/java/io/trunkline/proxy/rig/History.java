package io.trunkline.proxy.rig;

import java.util.ArrayDeque;
import java.util.Deque;

/// The last events of one client, for the text of a failure. Written by its reader and its writer.
public final class History {
  private static final int EVENTS_MAX = 80;

  private final Deque<String> events = new ArrayDeque<>();
  private long forgotten;

  public synchronized void add(String event) {
    if (events.size() == EVENTS_MAX) {
      events.removeFirst();
      forgotten++;
    }
    events.addLast(event);
  }

  @Override
  public synchronized String toString() {
    return "  (%d earlier events)%n  %s".formatted(forgotten, String.join("\n  ", events));
  }
}
