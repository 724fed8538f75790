package io.trunkline.proxy.rig;

import java.util.ArrayList;
import java.util.List;

/// What one client says, in order, and where it waits for an answer before it goes on.
///
/// Immutable; each method answers a longer script. A script need not end tidily: the run ends it.
public record Script(String name, List<Step> steps) {
  public Script {
    steps = List.copyOf(steps);
  }

  public static Script named(String name) {
    return new Script(name, List.of());
  }

  /// Sends the messages in one write.
  public Script send(byte[]... messages) {
    return plus(new Step.Send(Frontend.concat(messages)));
  }

  /// Waits until a message with this tag has come since the last wait.
  public Script await(char tag) {
    return plus(new Step.Await(tag));
  }

  public Script pause() {
    return plus(new Step.Pause());
  }

  /// Sends one simple Query and waits for its end.
  public Script query(String sql) {
    return send(Frontend.query(sql)).await('Z');
  }

  /// Sends the messages and a Sync and waits for its end.
  public Script sync(byte[]... messages) {
    return send(Frontend.concat(messages), Frontend.sync()).await('Z');
  }

  private Script plus(Step step) {
    List<Step> longer = new ArrayList<>(steps);
    longer.add(step);
    return new Script(name, longer);
  }

  public int bytes() {
    return steps.stream().mapToInt(Step::bytesSent).sum();
  }

  @Override
  public String toString() {
    return name;
  }

  /// One thing a script does.
  public sealed interface Step {
    /// How much this step puts on the wire.
    default int bytesSent() {
      return 0;
    }

    final class Send implements Step {
      private final byte[] bytes;

      Send(byte[] bytes) {
        this.bytes = bytes;
      }

      byte[] bytes() {
        return bytes;
      }

      @Override
      public int bytesSent() {
        return bytes.length;
      }
    }

    record Await(char tag) implements Step {}

    /// Reads whatever comes until nothing comes for a moment. Changes the pace, not the answer.
    record Pause() implements Step {}
  }
}
