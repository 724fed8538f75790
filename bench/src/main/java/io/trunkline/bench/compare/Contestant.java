package io.trunkline.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A proxy that runs, in a session of its own, which is also how all its processes are found.
public final class Contestant implements AutoCloseable {
  private static final long RETRY_MILLIS = 20;
  private static final int TRIES = 1_000;
  private static final int LOG_LINES = 5;

  private final Peer peer;
  private final Site site;
  private final Path log;
  private final Process process;
  private final Thread hook;

  private Contestant(Peer peer, Site site, Path log, Process process) {
    this.peer = peer;
    this.site = site;
    this.log = log;
    this.process = process;
    this.hook = Thread.ofPlatform().unstarted(process::destroy);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Starts it and waits until it listens.
  ///
  /// @throws IOException when it does not, with what it said
  public static Contestant start(Peer peer, Path program, Site site, Processors processors)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(processors.forProxy(site.setup().loops()));
    command.addAll(peer.prepare(program, site));
    Path log = site.file("log");
    Process process =
        new ProcessBuilder(command)
            .directory(site.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Contestant contestant = new Contestant(peer, site, log, process);
    if (!contestant.listens()) {
      String said = contestant.lastWords();
      contestant.close();
      throw new IOException("it does not listen: " + said);
    }
    return contestant;
  }

  private boolean listens() throws InterruptedException {
    for (int i = 0; i < TRIES && process.isAlive(); i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.port()));
        return true;
      } catch (IOException expected) { // not yet
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
    return false;
  }

  Peer peer() {
    return peer;
  }

  public Site site() {
    return site;
  }

  public long pid() {
    return process.pid();
  }

  public ProcessUse use() throws IOException {
    return ProcessUse.ofSession(process.pid());
  }

  /// The end of what it has printed.
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  /// Ends it, and what it has started.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException expected) { // nobody waits for it any more
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
