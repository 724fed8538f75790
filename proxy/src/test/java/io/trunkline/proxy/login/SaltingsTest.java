package io.trunkline.proxy.login;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.auth.PasswordSalting;
import io.trunkline.settings.Secret;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class SaltingsTest {
  private static final Bytes SALT = Bytes.of(new byte[] {1, 2, 3});

  private static PasswordSalting salting(String password) {
    return salting(password, 10);
  }

  /// As much work as keeps the only thread busy for as long as a test looks on.
  private static PasswordSalting longSalting(String password) {
    return salting(password, 1_000_000);
  }

  private static PasswordSalting salting(String password, int iterations) {
    return new PasswordSalting(Secret.of(password), SALT, iterations);
  }

  private static CompletableFuture<Bytes> salt(
      Saltings saltings, PasswordSalting salting, String origin) {
    return saltings.salt(salting, origin, "user").toCompletableFuture();
  }

  @Test
  void salt_password_isSalted() throws Exception {
    try (Saltings saltings = new Saltings()) {
      assertThat(salt(saltings, salting("a"), "host").get(10, SECONDS))
          .isEqualTo(salting("a").saltedPassword());
    }
  }

  @Test
  void salt_sameAtTheSameTime_isComputedOnce() {
    try (Saltings saltings = new Saltings(1, 10, 10)) {
      CompletableFuture<Bytes> first = salt(saltings, longSalting("a"), "host");
      assertThat(salt(saltings, longSalting("a"), "other host")).isSameAs(first);
      assertThat(salt(saltings, salting("b"), "host")).isNotSameAs(first);
    }
  }

  @Test
  void salt_hostWantsTooMuch_isRefusedAlone() {
    try (Saltings saltings = new Saltings(1, 10, 2)) {
      CompletableFuture<Bytes> refused = new CompletableFuture<>();
      for (int i = 0; i < 100 && !refused.isCompletedExceptionally(); i++) { // two may wait
        refused = salt(saltings, longSalting("guess" + i), "guesser");
      }
      Assertions.assertThat(refused)
          .failsWithin(0, SECONDS)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(RejectedExecutionException.class);
      assertThat(salt(saltings, salting("right"), "host")).isNotCompletedExceptionally();
    }
  }

  @Test
  void salt_guesserAtWork_othersAreServedInTurn() throws Exception {
    try (Saltings saltings = new Saltings(1, 1000, 200)) {
      CompletableFuture<Bytes> last = new CompletableFuture<>();
      for (int i = 0; i < 90; i++) {
        last = salt(saltings, salting("guess" + i, 20_000), "guesser");
      }
      salt(saltings, salting("right"), "host").get(10, SECONDS);
      assertThat(last).isNotDone();
    }
  }
}
