package io.trunkline.lab;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Looks again and again how many clients wait at the proxies.
final class HeldWatch implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;

  private final AtomicInteger most = new AtomicInteger();
  private final List<Thread> threads;

  private HeldWatch(List<ProxyNode> proxies) {
    threads = proxies.stream().map(proxy -> Thread.ofVirtual().start(() -> watch(proxy))).toList();
  }

  static HeldWatch over(List<ProxyNode> proxies) {
    return new HeldWatch(proxies);
  }

  private void watch(ProxyNode proxy) {
    while (!Thread.currentThread().isInterrupted()) {
      try (Connection console = proxy.console();
          Statement statement = console.createStatement()) {
        while (!Thread.currentThread().isInterrupted()) {
          most.accumulateAndGet(count(statement), Math::max);
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
      } catch (SQLException down) {
        pause();
      } catch (InterruptedException end) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private static int count(Statement statement) throws SQLException {
    int count = 0;
    try (ResultSet rows = statement.executeQuery("SHOW WAITING")) {
      while (rows.next()) {
        count++;
      }
    }
    return count;
  }

  /// The most clients that were seen waiting at one proxy at a time.
  int most() {
    return most.get();
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
