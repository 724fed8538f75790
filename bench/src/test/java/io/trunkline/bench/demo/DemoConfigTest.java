package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.Surroundings;
import io.trunkline.settings.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoConfigTest {
  @Test
  void text_asAnOperatorWouldWriteIt_isRight() {
    String text =
        DemoConfig.text(
            new DemoPorts(5000, 5001, List.of()), Map.of("pg1", new HostPort("127.0.0.1", 21_001)));

    ConfigResult result =
        new ConfigFile(Surroundings.ofProcess()).readText(Path.of("demo.yml"), text);

    assertThat(result).isInstanceOf(ConfigResult.Ok.class);
    var config = ((ConfigResult.Ok) result).config();
    assertThat(config.listeners()).extracting(ListenerSettings::port).containsExactly(5000, 5001);
    assertThat(config.clusters().get("demo").members()).hasSize(1);
    assertThat(config.admin().users()).containsKey("admin");
  }
}
