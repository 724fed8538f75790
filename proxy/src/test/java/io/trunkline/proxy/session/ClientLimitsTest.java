package io.trunkline.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientLimitsTest {
  private final ClientLimits clients = new ClientLimits();

  @Test
  void enter_full_isRefusedUntilOneLeaves() {
    assertThat(clients.enter(1)).isTrue();
    assertThat(clients.enter(1)).isFalse();
    clients.leave();
    assertThat(clients.enter(1)).isTrue();
    assertThat(clients.connected()).isEqualTo(1);
  }

  @Test
  void enter_guestsOfTheConsole_takePlaces() {
    assertThat(clients.enterConsole(2)).isTrue();
    assertThat(clients.enter(2)).isTrue();
    assertThat(clients.enter(2)).isFalse();
    clients.leaveConsole();
    assertThat(clients.enter(2)).isTrue();
  }

  @Test
  void enterConsole_clientsEverywhere_isLetInBeyond() {
    assertThat(clients.enter(1)).isTrue();
    assertThat(clients.enterConsole(1)).isFalse();
    assertThat(clients.enterConsole(2)).isTrue();
    assertThat(clients.enterConsole(2)).isFalse();
    assertThat(clients.connected()).as("guests are no clients").isEqualTo(1);
    assertThat(clients.onConsole()).isEqualTo(1);
  }

  @Test
  void enterDatabase_andUser_areCountedByName() {
    assertThat(clients.enterDatabase("a", 1)).isTrue();
    assertThat(clients.enterDatabase("a", 1)).isFalse();
    assertThat(clients.enterDatabase("b", 1)).isTrue();
    assertThat(clients.enterUser("a", 0)).as("no bound").isTrue();
    clients.leaveDatabase("a");
    assertThat(clients.ofDatabase("a")).isZero();
    assertThat(clients.ofUser("a")).isEqualTo(1);
  }
}
