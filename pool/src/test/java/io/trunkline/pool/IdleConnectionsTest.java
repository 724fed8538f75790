package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.PoolRig.Client;
import io.trunkline.protocol.sql.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleConnectionsTest {
  private PoolRig rig = new PoolRig(1, PoolRig.DEFAULTS);

  @AfterEach
  void close() {
    rig.close();
  }

  /// Connections that are leased, so that only the test puts them anywhere.
  private List<ServerConnection> connections(int count) {
    List<ServerConnection> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Client client = new Client();
      rig.shard(0).lease(client);
      rig.accept();
      all.add(client.server);
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"false, 2, 0", "true, 0, 0"})
  void take_byOrder_isTheLastUsedOrTheNextInTurn(boolean inTurn, int next, int oldest) {
    rig.close();
    rig = new PoolRig(1, PoolRig.DEFAULTS.with("round_robin", inTurn));
    List<ServerConnection> three = connections(3);
    IdleConnections idle = new IdleConnections(rig.pool(), 0);
    three.forEach(idle::add);
    assertThat(idle.take(SessionSettings.EMPTY)).isSameAs(three.get(next));
    idle.add(three.get(next));
    ServerConnection first = inTurn ? three.get(1) : three.get(oldest);
    assertThat(idle.takeOldest()).isSameAs(first);
  }

  @Test
  void take_oneHasTheSettings_isPreferred() {
    List<ServerConnection> three = connections(3);
    SessionSettings wanted = SessionSettings.EMPTY.with("timezone", "UTC");
    three.get(0).noteSettings(wanted);
    IdleConnections idle = new IdleConnections(rig.pool(), 0);
    three.forEach(idle::add);
    assertThat(idle.take(wanted)).isSameAs(three.get(0));
    assertThat(idle.take(wanted)).as("no other has them").isSameAs(three.get(2));
  }

  @Test
  void take_matchFarDown_isNotLookedFor() {
    List<ServerConnection> many = connections(10);
    SessionSettings wanted = SessionSettings.EMPTY.with("timezone", "UTC");
    many.get(0).noteSettings(wanted);
    IdleConnections idle = new IdleConnections(rig.pool(), 0);
    many.forEach(idle::add);
    assertThat(idle.take(wanted)).isSameAs(many.get(9));
  }

  @Test
  void everyChange_isPublished() {
    List<ServerConnection> two = connections(2);
    IdleConnections idle = new IdleConnections(rig.pool(), 0);
    idle.add(two.get(0));
    idle.add(two.get(1));
    assertThat(rig.pool().idle()).isEqualTo(2);
    idle.remove(two.get(0));
    idle.remove(two.get(0));
    assertThat(rig.pool().idle()).isEqualTo(1);
    idle.take(SessionSettings.EMPTY);
    assertThat(rig.pool().idle()).isZero();
    assertThat(idle.take(SessionSettings.EMPTY)).isNull();
    assertThat(idle.takeOldest()).isNull();
  }
}
