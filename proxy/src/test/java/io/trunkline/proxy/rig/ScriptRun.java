package io.trunkline.proxy.rig;

import io.trunkline.proxy.rig.Script.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Plays a script on a client and writes down all that comes back, made comparable.
///
/// A second thread writes, so that a server that answers before it has read everything cannot block
/// the two of us on each other. The script is followed by CopyFail, Sync, ROLLBACK and one last
/// Query: whatever state it left, its answer marks the end.
public final class ScriptRun {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration QUIET = Duration.ofMillis(3);
  private static final Duration LONG_QUIET = Duration.ofMillis(400);
  private static final String END = "end of script";
  private static final byte[] ENDING =
      Frontend.concat(
          Frontend.copyFail(END),
          Frontend.sync(),
          Frontend.query("ROLLBACK"),
          Frontend.query("SELECT '" + END + "'"));

  private final RawClient client;
  private final Cut cut;
  private Duration quiet = QUIET;
  private final List<String> transcript = new ArrayList<>();
  private boolean ended;
  private boolean closed;

  private ScriptRun(RawClient client, Cut cut) {
    this.client = client;
    this.cut = cut;
  }

  /// Logs in anew and plays the script.
  public static List<String> play(Endpoint endpoint, Script script, Cut cut) throws IOException {
    try (RawClient client = RawClient.login(endpoint, Frontend.V3_0, Map.of())) {
      return play(client.patience(PATIENCE), script, cut);
    }
  }

  /// The same with pauses so long that everything has been answered at their end.
  public static List<String> playSlowly(Endpoint endpoint, Script script) throws IOException {
    try (RawClient client = RawClient.login(endpoint, Frontend.V3_0, Map.of())) {
      ScriptRun run = new ScriptRun(client.patience(PATIENCE), Cut.nowhere());
      run.quiet = LONG_QUIET;
      return run.play(script);
    }
  }

  public static List<String> play(RawClient client, Script script, Cut cut) throws IOException {
    return new ScriptRun(client, cut).play(script);
  }

  private List<String> play(Script script) throws IOException {
    for (List<Step> part : parts(script)) {
      part(part);
    }
    finish();
    return transcript;
  }

  /// The steps, split behind every wait: what a part sends needs no answer in between.
  private static List<List<Step>> parts(Script script) {
    List<List<Step>> parts = new ArrayList<>();
    List<Step> part = new ArrayList<>();
    for (Step step : script.steps()) {
      part.add(step);
      if (!(step instanceof Step.Send)) {
        parts.add(part);
        part = new ArrayList<>();
      }
    }
    parts.add(part);
    return parts;
  }

  private void part(List<Step> part) throws IOException {
    FutureTask<Void> writer =
        new FutureTask<>(() -> {
          for (Step step : part) {
            if (step instanceof Step.Send send) {
              client.sendCut(send.bytes(), cut.offsets(send.bytes().length));
            }
          }
          return null;
        });
    Thread.ofVirtual().start(writer);
    switch (part.isEmpty() ? null : part.getLast()) {
      case Step.Await(char tag) -> readUntil(tag);
      case Step.Pause() -> readUntilQuiet();
      case null, default -> {}
    }
    join(writer);
  }

  private void readUntilQuiet() throws IOException {
    try {
      Optional<Message> message = client.poll(quiet);
      while (message.isPresent()) {
        note(message.get());
        message = client.poll(quiet);
      }
    } catch (ConnectionLost expected) { // a fatal error is an answer as well
      closed();
    }
  }

  /// Said once, however often the script asks afterwards.
  private void closed() {
    if (!closed) {
      transcript.add("closed");
      closed = true;
    }
  }

  private void finish() throws IOException {
    FutureTask<Void> writer =
        new FutureTask<>(() -> {
          client.send(ENDING);
          return null;
        });
    Thread.ofVirtual().start(writer);
    while (!ended && !closed) {
      readUntil('Z');
    }
    join(writer);
  }

  private void readUntil(char tag) throws IOException {
    try {
      Message message;
      do {
        message = client.receive();
        note(message);
      } while (message.tag() != tag && !closed);
    } catch (ConnectionLost expected) { // a fatal error is an answer as well
      closed();
    }
  }

  private void note(Message message) {
    transcript.add(message.normal());
    ended |= message.tag() == 'D' && message.normal().contains(END);
  }

  private void join(FutureTask<Void> writer) throws IOException {
    try {
      writer.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof ConnectionLost)) { // which the reader will meet by itself
        throw new IOException("the writer failed on " + client, e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
