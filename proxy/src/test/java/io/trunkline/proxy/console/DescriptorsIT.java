package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `SHOW FDS` says, against what the system says of this very process.
class DescriptorsIT {
  private static House house;

  @BeforeAll
  static void open() {
    house = new House(2);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static List<Map<String, String>> of(List<Map<String, String>> rows, String task) {
    return rows.stream().filter(row -> task.equals(row.get("task"))).toList();
  }

  @Test
  void client_andItsServer_areLinked_andNoSecretIsShown() throws Exception {
    try (RawClient client = RawClient.login(house.app())) {
      client.query("SET TimeZone = 'Asia/Tokyo'");
      client.query("BEGIN");
      List<Map<String, String>> rows = house.show("FDS");
      Map<String, String> there = of(rows, "client").getFirst();
      Map<String, String> beyond =
          of(rows, "server").stream()
              .filter(row -> row.get("fd").equals(there.get("link")))
              .findFirst()
              .orElseThrow();
      assertThat(there)
          .containsEntry("user", "app")
          .containsEntry("port", Integer.toString(client.localPort()))
          .containsEntry("timezone", "Asia/Tokyo")
          .containsEntry("client_encoding", "UTF8")
          .containsEntry("std_strings", "on");
      assertThat(beyond)
          .containsEntry("link", there.get("fd"))
          .containsEntry("port", Integer.toString(house.server().port()));
      for (Map<String, String> row : rows) {
        for (String column :
            List.of("cancel", "password", "scram_client_key", "scram_server_key")) {
          assertThat(row).containsEntry(column, null);
        }
      }
      client.query("COMMIT");
    }
  }

  @Test
  void descriptor_isThatOfTheProcess() throws Exception {
    Path own = Path.of("/proc/self/fd");
    Assumptions.assumeTrue(Files.isDirectory(own), "no /proc here");
    try (RawClient client = RawClient.login(house.app())) {
      client.query("BEGIN");
      List<Map<String, String>> rows = house.show("FDS");
      assertThat(of(rows, "pooler").getFirst().get("port"))
          .isEqualTo(Integer.toString(house.app().port()));
      for (Map<String, String> row : rows) {
        assertThat(target(own.resolve(row.get("fd")))).as(row.toString()).startsWith("socket:");
      }
      client.query("COMMIT");
    }
  }

  /// NIO keeps the descriptors to itself. What else there is to say is said.
  @Test
  void nio_hasNoDescriptors_butEveryRow() throws Exception {
    String listener = "{ address: 127.0.0.1, port: 0, role: primary, pool_mode: transaction }";
    try (House nio = new House(listener, 2, "nio");
        RawClient client = RawClient.login(nio.app())) {
      client.query("BEGIN");
      List<Map<String, String>> rows = nio.show("FDS");
      assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row).containsEntry("fd", null));
      assertThat(of(rows, "pooler").getFirst())
          .containsEntry("port", Integer.toString(nio.app().port()));
      assertThat(of(rows, "client"))
          .filteredOn("user", "app")
          .singleElement(as(MAP))
          .containsEntry("port", Integer.toString(client.localPort()))
          .containsEntry("link", null);
      assertThat(of(rows, "server").getFirst())
          .containsEntry("database", "app")
          .containsEntry("link", null);
      client.query("COMMIT");
    }
  }

  private static String target(Path descriptor) throws IOException {
    return Files.readSymbolicLink(descriptor).toString();
  }
}
