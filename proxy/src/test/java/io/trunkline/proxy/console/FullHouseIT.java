package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.ProxyServer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two clients may come, and two users of the console besides.
class FullHouseIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Endpoint server = Postgres.shared().app();
  private final ProxyServer proxy =
      Configured.start(
          """
          listeners: [{ address: 127.0.0.1, port: 0, pool_mode: transaction }]
          clusters:
            main:
              members: ['%s:%d']
              probe: { user: probe, password: probe, database: postgres }
          users: { app: { password: app } }
          admin:
            users: { admin: { password: admin, role: admin }, stats: { password: stats } }
          limits: { max_client_connections: 2, reserved_console_connections: 2 }
          """
              .formatted(server.host(), server.port()));

  @AfterEach
  void close() {
    proxy.close();
  }

  private RawClient app() throws IOException {
    return RawClient.login(server.onPort(Configured.port(proxy, 0)));
  }

  private RawClient console(String user) throws IOException {
    int port = Configured.port(proxy, 0);
    return RawClient.login(new Endpoint("127.0.0.1", port, user, user, "trunkline"));
  }

  private static void assertNoPlace(ThrowingCallable login) {
    assertThatThrownBy(login)
        .isInstanceOfSatisfying(
            LoginRefused.class, refused -> assertThat(refused.sqlState()).isEqualTo("53300"));
  }

  @Test
  void console_clientsTookEveryPlace_letsWatchersInButTheLast_andAdmins() throws Exception {
    try (RawClient one = app();
        RawClient two = app();
        RawClient watcher = console("stats")) {
      assertThat(List.of(one, two, watcher)).doesNotContainNull();
      assertNoPlace(this::app);
      assertNoPlace(() -> console("stats"));
      assertNoPlace(() -> console("nobody"));
      try (RawClient admin = console("admin")) {
        assertThat(admin.query("SHOW LISTS").rows())
            .as("SHOW LISTS")
            .anyMatch(row -> row.get(0).equals("used_clients") && row.get(1).equals("4"))
            .anyMatch(row -> row.get(0).equals("login_clients") && row.get(1).equals("0"));
        assertNoPlace(() -> console("admin"));
      }
      Await.until(SOON, "the place is free again", () -> isLetIn("admin"));
    }
  }

  @Test
  void client_guestsOfTheConsoleTookThePlaces_isRefused() throws Exception {
    try (RawClient admin = console("admin");
        RawClient watcher = console("stats")) {
      assertThat(List.of(admin, watcher)).doesNotContainNull();
      assertNoPlace(this::app);
    }
    Await.until(SOON, "both have left", this::isServed);
  }

  private boolean isLetIn(String user) throws IOException {
    try (RawClient guest = console(user)) {
      return guest.query("SHOW VERSION").sqlState().equals("00000");
    } catch (LoginRefused notYet) {
      return false;
    }
  }

  private boolean isServed() throws IOException {
    try (RawClient client = app()) {
      return client.query("SELECT 1").value().equals("1");
    } catch (LoginRefused notYet) {
      return false;
    }
  }
}
