package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoryTest {
  private final Story story = new Story(() -> Instant.EPOCH);

  @Test
  void add_moreThanFit_keepsTheLast() {
    for (int i = 1; i <= 20; i++) {
      story.add("event " + i);
    }

    assertThat(story.lines()).hasSize(8);
    assertThat(story.lines().getLast()).endsWith("  event 20");
  }

  @Test
  void add_withListener_tellsItAtOnce() {
    List<String> told = new ArrayList<>();
    story.tell(told::add);

    story.add("killed pg1");

    assertThat(told).singleElement().asString().matches("\\d\\d:\\d\\d:\\d\\d  killed pg1");
  }
}
