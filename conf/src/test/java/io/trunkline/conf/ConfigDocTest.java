package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Keeps `docs/config.md` true. After a setting has changed, `mvn -pl conf -am test
/// -Dtest=ConfigDocTest -Dsurefire.failIfNoSpecifiedTests=false -Dtrunkline.docs=write` writes it
/// anew.
class ConfigDocTest {

  private static final Path PAGE = Path.of("..", "docs", "config.md");

  @Test
  void markdown_committedPage_isUpToDate() throws IOException {
    String page = ConfigDoc.markdown();
    if ("write".equals(System.getProperty("trunkline.docs"))) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void markdown_everyTable_hasItsSettings() {
    assertThat(ConfigDoc.markdown())
        .contains("## `clusters.NAME.members[]`")
        .contains("| `query_wait_timeout` | `120s` | duration |")
        .contains("| `port` | **required** | number, at most 65535 |")
        .contains("part of [pool](#pool)");
  }
}
