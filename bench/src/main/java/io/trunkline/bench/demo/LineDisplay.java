package io.trunkline.bench.demo;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/// One line a second, for logs and pipes; there are no keys.
final class LineDisplay implements Display {
  private final PrintStream out;

  LineDisplay(PrintStream out, DemoPorts ports, Story story) {
    this.out = out;
    ports.remarks().forEach(out::println);
    Picture.invitation(ports).forEach(out::println);
    story.tell(out::println);
  }

  @Override
  public long periodMillis() {
    return 1_000;
  }

  @Override
  public void show(Snapshot now) {
    out.println(Picture.line(now));
  }

  @Override
  public char key(long atMostMillis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(atMostMillis);
    return 0;
  }

  @Override
  public void close() {
    out.flush();
  }
}
