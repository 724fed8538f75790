package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FenceFileTest {
  @TempDir Path directory;

  @Test
  void recall_whatAnEarlierLifeKept_isTheLastOfIt() throws Exception {
    Path state = directory.resolve("not/there/yet");
    try (FenceFile first = FenceFile.in(state, "main")) {
      assertThat(first.recall()).isEqualTo(Fence.NONE);
      for (int timeline = 1; timeline <= 24; timeline++) {
        first.keep(new Fence(timeline, "node\n" + timeline, -5));
      }
    }

    try (FenceFile second = FenceFile.in(state, "main");
        FenceFile other = FenceFile.in(state, "a/b c")) {
      assertThat(second.recall()).isEqualTo(new Fence(24, "node 24", -5));
      assertThat(other.recall()).isEqualTo(Fence.NONE);
      second.keep(Fence.NONE);
    }
    try (FenceFile third = FenceFile.in(state, "main")) {
      assertThat(third.recall()).isEqualTo(Fence.NONE);
    }
    try (var files = Files.list(state)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("fence-main.txt", "fence-a%2Fb+c.txt");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "timeline=24\n",
        "timeline=24\nsystem_identifier=1\nseen_on=a\n",
        "timeline=99999999999\nsystem_identifier=1\nseen_on=a\nend\n",
        "timeline=4294967295\nsystem_identifier=1\nseen_on=a\nend\n",
        "timeline=-1\nsystem_identifier=1\nseen_on=a\nend\n",
        "\0\0\0\0"
      })
  void in_damagedFile_isRefusedWithWhatToDoAndKept(String content) throws Exception {
    Path file = Files.writeString(directory.resolve("fence-main.txt"), content);

    assertThatThrownBy(() -> FenceFile.in(directory, "main"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fence-main.txt")
        .hasMessageContaining("Remove it to begin without a memory");
    assertThat(file).hasContent(content);
  }

  @Test
  void in_directoryThatIsAFile_isRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> FenceFile.in(file, "main"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the highest timeline of cluster main cannot be kept in");
  }

  @Test
  void keep_directoryGoneMeanwhile_isComplainedOfAndHarmless() throws Exception {
    Path state = directory.resolve("state");
    try (FenceFile memory = FenceFile.in(state, "main")) {
      Files.delete(state.resolve("fence-main.txt"));
      Files.delete(state);
      memory.keep(new Fence(3, "a", 1));
    }
    assertThat(state).doesNotExist();
  }
}
