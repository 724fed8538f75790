package io.trunkline.proxy.login;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;

/// What waits of one origin: its users take turns. For one thread at a time.
final class UserTurns {
  /// Never an empty queue in it; the first is the next to be served.
  private final Map<String, Queue<Runnable>> queues = new LinkedHashMap<>();

  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /// False when so many of this user wait already.
  boolean add(String user, Runnable task, int atMost) {
    Queue<Runnable> queue = queues.computeIfAbsent(user, _ -> new ArrayDeque<>());
    if (queue.size() >= atMost) {
      return false;
    }
    size++;
    return queue.add(task);
  }

  Runnable remove() {
    Iterator<Map.Entry<String, Queue<Runnable>>> turns = queues.entrySet().iterator();
    if (!turns.hasNext()) {
      throw new NoSuchElementException();
    }
    Map.Entry<String, Queue<Runnable>> first = turns.next();
    String user = first.getKey();
    Queue<Runnable> queue = first.getValue();
    turns.remove();
    Runnable task = queue.remove();
    if (!queue.isEmpty()) {
      queues.put(user, queue); // behind the others
    }
    size--;
    return task;
  }
}
