package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimetableTest {
  private final List<String> done = new ArrayList<>();
  private final Timetable timetable = new Timetable();

  @Test
  void run_beforeItsTime_doesNothing() {
    timetable.at(Duration.ofSeconds(10), () -> done.add("kill"));

    timetable.run(Duration.ofSeconds(9));

    assertThat(done).isEmpty();
  }

  @Test
  void run_afterItsTime_doesEachOnce() {
    timetable.at(Duration.ofSeconds(10), () -> done.add("kill"));
    timetable.at(Duration.ofSeconds(20), () -> done.add("rejoin"));

    timetable.run(Duration.ofSeconds(10));
    timetable.run(Duration.ofSeconds(15));
    timetable.run(Duration.ofSeconds(25));
    timetable.run(Duration.ofSeconds(30));

    assertThat(done).containsExactly("kill", "rejoin");
  }
}
