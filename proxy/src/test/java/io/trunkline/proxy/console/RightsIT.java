package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.conf.AdminRole;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may run what: every command there is, tried by somebody who may only look.
class RightsIT {
  private static final List<String> COMMANDS_OF_ADMINS =
      List.of(
          "SHOW FDS",
          "SHOW RELOAD",
          "PAUSE",
          "RESUME",
          "DISABLE",
          "ENABLE",
          "RECONNECT",
          "KILL",
          "KILL_CLIENT",
          "WAIT_CLOSE",
          "DRAIN",
          "UNDRAIN",
          "MAINT",
          "READY",
          "SWITCHOVER",
          "FORGET_FENCE",
          "RELOAD",
          "SET key = arg",
          "SUSPEND",
          "SHUTDOWN");
  private static final List<String> LOOKS_OF_ALL =
      List.of(
          "HELP",
          "VERSION",
          "STATE",
          "MEM",
          "DNS_HOSTS",
          "DNS_ZONES",
          "PEERS",
          "PEER_POOLS",
          "CONFIG",
          "HBA",
          "POOLS",
          "MEMBER_POOLS",
          "CLIENTS",
          "SERVERS",
          "SOCKETS",
          "ACTIVE_SOCKETS",
          "DATABASES",
          "USERS",
          "LISTS",
          "STATS",
          "STATS_TOTALS",
          "STATS_AVERAGES",
          "TOTALS",
          "PINNED",
          "WAITING",
          "ERRORS",
          "TIMES",
          "MEMBERS",
          "TOPOLOGY",
          "ROUTES",
          "FAILOVERS",
          "SWITCHOVER");

  private static final String EXPLAIN = "EXPLAIN ROUTE";

  private static House house;

  @BeforeAll
  static void open() {
    house = new House(2);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static RawClient guest(String user) throws IOException {
    return RawClient.login(house.console(user));
  }

  /// The whole table: who must be what for which command.
  private static Map<String, AdminRole> table() {
    Map<String, AdminRole> table = new LinkedHashMap<>();
    LOOKS_OF_ALL.forEach(what -> table.put("SHOW " + what, AdminRole.STATS));
    table.put(EXPLAIN, AdminRole.STATS);
    COMMANDS_OF_ADMINS.forEach(name -> table.put(name, AdminRole.ADMIN));
    return table;
  }

  @Test
  void help_namesEveryCommand() throws Exception {
    try (RawClient guest = guest("stats")) {
      Message notice =
          guest.query("SHOW HELP").messages().stream()
              .filter(message -> message.tag() == 'N')
              .findFirst()
              .orElseThrow();
      List<String> named =
          notice
              .fields()
              .get('D')
              .lines()
              .filter(line -> !line.isBlank())
              .map(line -> line.strip().replaceFirst(" [\\[<].*", ""))
              .toList();
      assertThat(named).containsExactlyInAnyOrderElementsOf(table().keySet());
    }
  }

  @Test
  void stats_mayLook_andNothingElse() throws Exception {
    try (RawClient guest = guest("stats")) {
      for (Map.Entry<String, AdminRole> row : table().entrySet()) {
        String arguments = row.getKey().equals(EXPLAIN) ? " app app " + house.app().port() : "";
        Answer answer = guest.query(row.getKey() + arguments);
        assertThat(answer.sqlState())
            .as(row.getKey())
            .isEqualTo(row.getValue() == AdminRole.ADMIN ? "42501" : "00000");
        assertThat(answer.status()).isEqualTo('I');
      }
    }
  }

  @Test
  void admin_mayLook() throws Exception {
    try (RawClient guest = guest("admin")) {
      for (String what : LOOKS_OF_ALL) {
        assertThat(guest.query("SHOW " + what).sqlState()).as(what).isEqualTo("00000");
      }
      assertThat(guest.query("SHOW FDS").sqlState()).isEqualTo("00000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "nobody", "postgres"})
  void others_areRefusedAtTheDoor(String user) {
    assertThatThrownBy(() -> guest(user))
        .isInstanceOfSatisfying(
            LoginRefused.class, refused -> assertThat(refused.sqlState()).isEqualTo("28P01"));
  }
}
