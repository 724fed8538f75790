package io.trunkline.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.Bytes;
import io.trunkline.settings.Secret;
import org.junit.jupiter.api.Test;

class SaltedPasswordsTest {

  private static PasswordSalting salting(String password) {
    return new PasswordSalting(Secret.of(password), Bytes.of(new byte[4]), 1);
  }

  @Test
  void put_beyondTheBound_forgetsTheLeastUsed() {
    SaltedPasswords passwords = new SaltedPasswords(2);
    passwords.put(salting("a"), Bytes.EMPTY);
    passwords.put(salting("b"), Bytes.EMPTY);
    assertThat(passwords.get(salting("a"))).isNotNull();
    passwords.put(salting("c"), Bytes.EMPTY);
    assertThat(passwords.get(salting("b"))).isNull();
    assertThat(passwords.get(salting("a"))).isNotNull();
    assertThat(passwords.get(salting("c"))).isNotNull();
  }

  @Test
  void get_otherSaltOrIterations_isAnotherPassword() {
    SaltedPasswords passwords = new SaltedPasswords(2);
    passwords.put(salting("a"), Bytes.EMPTY);
    Secret a = Secret.of("a");
    assertThat(passwords.get(new PasswordSalting(a, Bytes.of(new byte[4]), 2))).isNull();
    assertThat(passwords.get(new PasswordSalting(a, Bytes.of(new byte[5]), 1))).isNull();
  }
}
