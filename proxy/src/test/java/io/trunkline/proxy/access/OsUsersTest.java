package io.trunkline.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OsUsersTest {
  private final OsUsers users = new OsUsers();

  @Test
  void nameOf_ownAccount_isThatOfTheJvm() {
    assertThat(users.own()).isNotNegative();
    assertThat(users.nameOf(users.own())).isEqualTo(System.getProperty("user.name"));
    assertThat(users.nameOf(0)).isEqualTo("root");
  }

  @Test
  void nameOf_noAccount_isNone() {
    assertThat(users.nameOf(2_000_000_011)).isNull();
  }
}
