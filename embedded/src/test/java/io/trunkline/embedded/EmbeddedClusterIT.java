package io.trunkline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddedClusterIT {
  private EmbeddedCluster cluster;

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void standby_afterWriteOnPrimary_hasIt() throws Exception {
    cluster = EmbeddedCluster.create(3);

    writeOnPrimary("first");

    assertThat(cluster.primaryName()).isEqualTo("pg1");
    assertThat(cluster.standbyNames()).containsExactly("pg2", "pg3");
    assertEverywhere("first");
    assertThatThrownBy(() -> cluster.member("pg2").execute("CREATE TABLE no ()"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("read-only");
  }

  @Test
  void failOver_killedPrimary_standbyTakesOverAndTheOtherFollows() throws Exception {
    cluster = EmbeddedCluster.create(3);
    writeOnPrimary("first");
    cluster.awaitCaughtUp(); // else it may be lost, as replication is asynchronous

    cluster.kill("pg1");
    String promoted = cluster.failOver();
    writeOnPrimary("second");

    assertThat(promoted).isIn("pg2", "pg3");
    assertThat(cluster.standbyNames()).hasSize(1);
    assertThat(timeline(cluster.primary())).isEqualTo("2");
    assertEverywhere("first,second");
  }

  @Test
  void rejoin_formerPrimary_isStandbyOfTheNewOne() throws Exception {
    cluster = EmbeddedCluster.create(2);
    cluster.kill("pg1");
    cluster.failOver();
    writeOnPrimary("second");

    cluster.rejoin("pg1");

    assertThat(cluster.primaryName()).isEqualTo("pg2");
    assertThat(cluster.standbyNames()).containsExactly("pg1");
    assertEverywhere("second");
  }

  @Test
  void switchOver_thereAndBack_losesNothing() throws Exception {
    cluster = EmbeddedCluster.create(3);
    writeOnPrimary("first");

    cluster.switchOver("pg3");
    writeOnPrimary("second");
    cluster.switchOver("pg1");
    writeOnPrimary("third");

    assertThat(cluster.primaryName()).isEqualTo("pg1");
    assertThat(timeline(cluster.primary())).isEqualTo("3");
    assertEverywhere("first,second,third");
  }

  @Test
  void promote_whileOldPrimaryRuns_makesTwoPrimaries() throws Exception {
    cluster = EmbeddedCluster.create(2);

    cluster.promote("pg2");

    assertThat(cluster.member("pg1").query("SELECT pg_is_in_recovery()")).isEqualTo("f");
    assertThat(cluster.member("pg2").query("SELECT pg_is_in_recovery()")).isEqualTo("f");
    assertThat(cluster.primaryName()).isEqualTo("pg2");
  }

  @Test
  void cluster_oldestVersionWithSlots_replicatesAndFailsOver() throws Exception {
    ServerOptions oldest = ServerOptions.postgres(ServerOptions.OLDEST);
    cluster = EmbeddedCluster.create(ClusterOptions.members(3).server(oldest).withSlots());
    writeOnPrimary("first");
    assertThat(activeSlots()).isEqualTo("pg2,pg3");

    cluster.switchOver("pg2");
    writeOnPrimary("second");
    assertEverywhere("first,second");

    assertThat(activeSlots()).isEqualTo("pg1,pg3");
    assertThat(cluster.member("pg1").query("SELECT count(*) FROM pg_replication_slots"))
        .isEqualTo("0");
  }

  @Test
  void failOver_noStandbyRuns_saysSo() throws Exception {
    cluster = EmbeddedCluster.create(1);
    cluster.kill("pg1");

    assertThatThrownBy(() -> cluster.failOver())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no standby runs");
    assertThatThrownBy(() -> cluster.member("pg9")).isInstanceOf(IllegalArgumentException.class);
  }

  private void writeOnPrimary(String word) throws SQLException {
    EmbeddedServer primary = cluster.primary();
    primary.execute("CREATE TABLE IF NOT EXISTS words (n serial, word text)");
    primary.execute("INSERT INTO words (word) VALUES ('" + word + "')");
  }

  private void assertEverywhere(String words) throws Exception {
    cluster.awaitCaughtUp();
    for (String name : cluster.names()) {
      if (cluster.member(name).isRunning()) {
        assertThat(cluster.member(name).query("SELECT string_agg(word, ',' ORDER BY n) FROM words"))
            .as(name)
            .isEqualTo(words);
      }
    }
  }

  private String activeSlots() throws SQLException {
    return cluster
        .primary()
        .query(
            "SELECT string_agg(slot_name, ',' ORDER BY slot_name) FROM pg_replication_slots"
                + " WHERE active");
  }

  private static String timeline(EmbeddedServer server) throws SQLException {
    return server.query(
        "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int");
  }
}
