package io.trunkline.bench.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A page on the terminal's alternate screen, drawn over itself, and single keys without Enter.
/// Ctrl-C stays what it is. Control sequences are those of ECMA-48 and xterm.
final class TerminalDisplay implements Display {
  private static final Logger log = LoggerFactory.getLogger(TerminalDisplay.class);
  private static final String ENTER = "\033[?1049h\033[?25l";
  private static final String LEAVE = "\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  private final PrintStream out;
  private final String savedMode;
  private final BlockingQueue<Character> keys = new LinkedBlockingQueue<>(16);
  private boolean closed;

  TerminalDisplay(PrintStream out, InputStream in) throws IOException {
    this.out = out;
    this.savedMode = stty("-g").strip();
    stty("-icanon", "-echo");
    out.print(ENTER);
    Thread.ofPlatform().daemon().name("keys").start(() -> read(in));
  }

  private void read(InputStream in) {
    try {
      for (int key = in.read(); key >= 0; key = in.read()) {
        if (!keys.offer((char) key)) {
          log.debug("too many keys: one dropped");
        }
      }
    } catch (IOException e) {
      log.warn("no more keys: {}", e.toString());
    }
  }

  @Override
  public long periodMillis() {
    return 500;
  }

  /// Long lines are cut, because a wrapped one would shift all that follow.
  @Override
  public synchronized void show(Snapshot now) {
    if (closed) {
      return;
    }
    Size size = size();
    List<String> lines = Picture.page(now);
    StringBuilder page = new StringBuilder(HOME);
    for (int i = 0; i < Math.min(lines.size(), size.rows()); i++) {
      String line = lines.get(i);
      page.append(i == 0 ? "" : "\r\n");
      page.append(line, 0, Math.min(line.length(), size.columns())).append(CLEAR_LINE);
    }
    out.print(page.append(CLEAR_BELOW));
    out.flush();
  }

  @Override
  public char key(long atMostMillis) throws InterruptedException {
    Character key = keys.poll(atMostMillis, TimeUnit.MILLISECONDS);
    return key == null ? 0 : key;
  }

  private record Size(int rows, int columns) {}

  private static Size size() {
    try {
      String[] words = stty("size").strip().split(" ", 2);
      Size size = new Size(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
      return size.rows() > 0 && size.columns() > 0 ? size : new Size(24, 80);
    } catch (IOException | RuntimeException expected) { // a terminal that does not know
      return new Size(24, 80);
    }
  }

  private static String stty(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Redirect.INHERIT)
            .redirectError(Redirect.DISCARD)
            .start();
    try (InputStream output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    out.print(LEAVE);
    out.flush();
    try {
      stty(savedMode);
    } catch (IOException e) {
      log.warn("could not restore the terminal: {}", e.toString());
    }
  }
}
