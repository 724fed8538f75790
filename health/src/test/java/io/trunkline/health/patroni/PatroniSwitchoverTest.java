package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.health.Switchover;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.settings.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PatroniSwitchoverTest {
  private static final StoreAddress NOBODY = address(1);

  private final Map<String, StoreAddress> apis = new LinkedHashMap<>();
  private final Switchover switchover = new PatroniSwitchover(RestSettings.defaults(), () -> apis);

  private static StoreAddress address(FakePatroni patroni) {
    return address(patroni.port());
  }

  private static FakePatroni patroni() throws IOException {
    return new FakePatroni().says("/patroni", 200, "{}");
  }

  private static StoreAddress address(int port) {
    return new StoreAddress(false, new HostPort("127.0.0.1", port));
  }

  /// Gets ready, and asks.
  private void ask() {
    switchover
        .prepare("a", "b")
        .thenCompose(wish -> wish.send().whenComplete((_, _) -> wish.close()))
        .toCompletableFuture()
        .join();
  }

  @Test
  void ask_accepted_saysFromWhomToWhom() throws Exception {
    AtomicReference<String> heard = new AtomicReference<>();
    try (FakePatroni leader =
        patroni()
            .does(
                "/switchover",
                exchange -> {
                  byte[] body = exchange.getRequestBody().readAllBytes();
                  heard.set(exchange.getRequestMethod() + new String(body, StandardCharsets.UTF_8));
                  FakePatroni.send(exchange, 200, "Successfully switched over to \"b\"");
                })) {
      apis.put("b", NOBODY);
      apis.put("a", address(leader));
      ask();
      assertThat(heard.get()).isEqualTo("POST{\"leader\":\"a\",\"candidate\":\"b\"}");
    }
  }

  @Test
  void ask_leaderUnreachable_asksAnother() throws Exception {
    try (FakePatroni other = patroni().says("/switchover", 202, "scheduled")) {
      apis.put("a", NOBODY);
      apis.put("b", address(other));
      ask();
      assertThat(other.asked.get()).as("whether it is there, and then").isEqualTo(2);
    }
  }

  @Test
  void ask_refused_saysWhy_andAsksNobodyElse() throws Exception {
    try (FakePatroni leader = patroni().says("/switchover", 412, "candidate is lagging");
        FakePatroni other = patroni()) {
      apis.put("a", address(leader));
      apis.put("b", address(other));
      assertThatThrownBy(() -> ask())
          .hasRootCauseInstanceOf(Switchover.Refused.class)
          .hasMessageContaining("candidate is lagging");
      assertThat(other.asked.get()).isZero();
    }
  }

  @Test
  void prepare_nobodyThere_saysWho_andAsksForNothing() {
    apis.put("a", NOBODY);
    assertThatThrownBy(() -> switchover.prepare("a", "b").toCompletableFuture().join())
        .hasRootCauseInstanceOf(Switchover.Refused.class)
        .hasMessageContaining("Patroni at http://127.0.0.1:1");
  }

  @Test
  void ask_nobodyKnown_saysSo() {
    assertThatThrownBy(() -> ask()).hasMessageContaining("no member's REST API is known");
  }
}
