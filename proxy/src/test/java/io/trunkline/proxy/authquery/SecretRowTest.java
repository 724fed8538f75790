package io.trunkline.proxy.authquery;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.QueryRows;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.settings.Secret;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRowTest {
  private static final StoredSecret SECRET = new StoredSecret.Plain(Secret.of("secret"));
  private static final Answer FOR_GOOD = new Answer.Known(SECRET, null);

  private static Answer read(String... row) {
    return SecretRow.read(new QueryRows(row.length, List.of(Arrays.asList(row))), "alice");
  }

  @Test
  void read_everyShape_findsTheSecret() {
    assertThat(read("secret")).isEqualTo(FOR_GOOD);
    assertThat(read("alice", "secret")).isEqualTo(FOR_GOOD);
    assertThat(read("alice", "secret", null)).isEqualTo(FOR_GOOD);
    assertThat(read("alice", "secret", "1.5"))
        .isEqualTo(new Answer.Known(SECRET, Duration.ofMillis(1500)));
    assertThat(read("alice", "secret", "9".repeat(39))).isEqualTo(FOR_GOOD);
    assertThat(read("alice", "secret", "1E+999999")).isEqualTo(FOR_GOOD);
  }

  @Test
  void read_noRow_isNobody() {
    for (int columns = 1; columns <= 3; columns++) {
      assertThat(SecretRow.read(new QueryRows(columns, List.of()), "alice"))
          .isEqualTo(new Answer.Nobody());
    }
  }

  /// A function that returns one row of nulls has found nobody.
  @Test
  void read_noSecretOrOver_isNobody() {
    assertThat(read((String) null)).isEqualTo(new Answer.Nobody());
    assertThat(read("")).isEqualTo(new Answer.Nobody());
    assertThat(read(null, null)).isEqualTo(new Answer.Nobody());
    assertThat(read("alice", null, "5")).isEqualTo(new Answer.Nobody());
    assertThat(read("alice", "secret", "0")).isEqualTo(new Answer.Nobody());
    assertThat(read("alice", "secret", "-0.1")).isEqualTo(new Answer.Nobody());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 5})
  void read_otherNumberOfColumns_isMisconfigured(int columns) {
    assertThat(SecretRow.read(new QueryRows(columns, List.of()), "alice"))
        .isEqualTo(
            new Answer.Misconfigured(
                "the query returns %d columns, allowed are secret; name, secret; name, secret,"
                        .formatted(columns)
                    + " seconds"));
  }

  @ParameterizedTest
  @CsvSource({
    "Alice,secret,1,another user",
    "'',secret,1,another user",
    "alice,secret,tomorrow,no number",
    "alice,secret,NaN,no number",
    "alice,secret,Infinity,no number",
    "alice,secret,11111111111111111111111111111111111111111,no number",
  })
  void read_unfitRow_isMisconfiguredAndKeepsTheSecret(
      String name, String secret, String seconds, String reason) {
    Answer answer = read(name, secret, seconds);
    assertThat(answer).isInstanceOf(Answer.Misconfigured.class);
    assertThat(answer.toString()).contains(reason).doesNotContain("=secret");
  }

  @Test
  void read_twoRows_isMisconfigured() {
    QueryRows rows = new QueryRows(1, List.of(List.of("a"), List.of("b")));
    assertThat(SecretRow.read(rows, "alice"))
        .isEqualTo(new Answer.Misconfigured("the query returns more than one row"));
  }
}
