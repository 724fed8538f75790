package io.trunkline.proxy.rig;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tests' own client against a real server: what it says is PostgreSQL, or nothing is proven.
class RawClientIT {
  private final Postgres postgres = Postgres.shared();

  @ParameterizedTest
  @ValueSource(strings = {"app", "clearuser", "md5user", "scramuser"})
  void login_everyMechanism_isLetIn(String user) throws IOException {
    try (RawClient client = RawClient.login(postgres.app().as(user, user))) {
      assertThat(client.query("SELECT current_user").value()).isEqualTo(user);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"clearuser", "md5user", "scramuser"})
  void login_wrongPassword_isRefused(String user) {
    assertThatThrownBy(() -> RawClient.login(postgres.app().as(user, "wrong")))
        .isInstanceOfSatisfying(
            LoginRefused.class, refused -> assertThat(refused.sqlState()).isEqualTo("28P01"));
  }

  @Test
  void login_version32_getsLongCancelKey() throws IOException {
    try (RawClient client = RawClient.login(postgres.app(), Frontend.V3_2, Map.of())) {
      assertThat(client.cancelKey()).hasSize(32);
    }
  }

  @Test
  void login_grease_isNegotiatedDown() throws IOException {
    try (RawClient client = RawClient.open(postgres.app())) {
      List<Message> said = client.logIn(Frontend.V3_GREASE, Map.of("_pq_.nonsense", "1"));
      assertThat(said.getFirst().normal()).contains("Negotiate", "_pq_.nonsense");
    }
  }

  @Test
  void cancel_runningQuery_ends57014() throws IOException {
    try (RawClient client = RawClient.login(postgres.app(), Frontend.V3_2, Map.of())) {
      client.send(query("SELECT pg_sleep(20)"));
      assertThat(client.poll(Duration.ofMillis(100))).isEmpty();
      client.cancel();
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("57014");
    }
  }

  @Test
  void extendedQuery_textParameter_comesBack() throws IOException {
    try (RawClient client = RawClient.login(postgres.app())) {
      Answer answer =
          client.ask(
              parse("", "SELECT $1::text"),
              bind("", "", "hällo"),
              describePortal(""),
              execute("", 0),
              sync());
      assertThat(answer.value()).isEqualTo("hällo");
      assertThat(answer.tags()).isEqualTo("12TDCZ");
    }
  }
}
