package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.BackendModel.Asker;
import io.trunkline.pool.BackendModel.Outcome;
import io.trunkline.pool.BackendModel.Reply;
import io.trunkline.pool.BackendModel.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// Whatever a client sends and however that interleaves with what its server says, the client sees
/// what it would see without us, and the queue knows of every response whose it is.
class PendingResponsesModelTest {

  /// How a client's message is treated on the road.
  enum Treatment {
    FORWARDED,
    /// Behind a Parse of ours that works, or fails as the message itself would.
    BEHIND_OWN,
    FABRICATED
  }

  record Step(char tag, Treatment treatment, List<Outcome> outcomes) {
    Request request(Asker asker) {
      return new Request(tag, asker, outcomes.toArray(Outcome[]::new));
    }

    boolean copiesIn() {
      return outcomes.stream().anyMatch(outcome -> outcome.name().startsWith("COPIES_IN"));
    }
  }

  private static Arbitrary<Step> step(String tags, Treatment treatment, Outcome... outcomes) {
    return Combinators.combine(
            Arbitraries.of(tags.chars().mapToObj(tag -> (char) tag).toList()),
            Arbitraries.of(outcomes))
        .as((tag, outcome) -> new Step(tag, treatment, List.of(outcome)));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> query =
        Arbitraries.of(Outcome.class)
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(outcomes -> new Step('Q', Treatment.FORWARDED, outcomes));
    return Arbitraries.frequencyOf(
            Tuple.of(6, step("PBDC", Treatment.FORWARDED, Outcome.DONE, Outcome.ROWS)),
            Tuple.of(1, step("PBDCF", Treatment.FORWARDED, Outcome.FAILED)),
            Tuple.of(5, step("E", Treatment.FORWARDED, Outcome.values())),
            Tuple.of(5, step("S", Treatment.FORWARDED, Outcome.DONE)),
            Tuple.of(1, step("SF", Treatment.FORWARDED, Outcome.DONE, Outcome.FAILED)),
            Tuple.of(2, query),
            Tuple.of(3, step("dcfH", Treatment.FORWARDED, Outcome.DONE)),
            Tuple.of(2, step("BD", Treatment.BEHIND_OWN, Outcome.DONE, Outcome.FAILED)),
            Tuple.of(2, step("PC", Treatment.FABRICATED, Outcome.DONE)))
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 5000)
  void road_anyPipeline_isTransparentAndKnowsWhatIsOwed(
      @ForAll("steps") List<Step> steps, @ForAll long seed) {
    BackendModel direct = new BackendModel();
    RoadModel road = new RoadModel();
    StringBuilder seenDirectly = new StringBuilder();
    boolean copyMayBegin = false;
    Random random = new Random(seed);
    for (Step step : steps) {
      for (Reply reply : direct.receive(step.request(Asker.CLIENT))) {
        seenDirectly.append(reply.tag());
      }
      copyMayBegin |= step.copiesIn();
      send(road, step, copyMayBegin);
      for (int moves = random.nextInt(6); moves > 0; moves--) {
        move(road, random);
      }
      if (road.pending().isUncertain()) {
        return; // the connection serves nobody else
      }
      if (road.pending().isEmpty()) {
        copyMayBegin = false;
      }
    }
    while (!road.isQuiet()) {
      move(road, random);
    }
    if (!road.pending().isUncertain()) {
      assertThat(road.seen()).isEqualTo(seenDirectly.toString());
      assertThat(road.skipped()).containsExactlyInAnyOrderElementsOf(nothingDue(road));
    }
  }

  private static List<Request> nothingDue(RoadModel road) {
    List<Request> undone = new ArrayList<>(road.undone());
    // what is still owed has not been skipped: a COPY that waits for its data, and all behind it
    while (!road.pending().isEmpty()) {
      undone.remove((Request) road.pending().headSubject());
      road.pending().takeFabricated();
    }
    return undone;
  }

  private static void move(RoadModel road, Random random) {
    if (random.nextBoolean()) {
      road.serve();
    } else {
      road.receive();
    }
    if (road.pending().isUncertain()) {
      road.discard();
    }
  }

  /// Sends it as the road would. Nothing is fabricated while a COPY may be about to begin: there
  /// the server would have taken the message for its end.
  private static void send(RoadModel road, Step step, boolean copyMayBegin) {
    boolean interfere = road.mayInterfere() && !copyMayBegin;
    if (interfere && step.treatment == Treatment.FABRICATED) {
      road.sendFabricated(step.request(Asker.CLIENT));
      return;
    }
    if (interfere && step.treatment == Treatment.BEHIND_OWN) {
      road.send(new Request('P', Asker.US, step.outcomes.getFirst()));
    }
    road.send(step.request(Asker.CLIENT));
  }
}
