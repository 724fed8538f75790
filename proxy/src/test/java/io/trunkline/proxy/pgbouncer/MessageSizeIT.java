package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `max_packet_size` with Debian's PgBouncer (1.18) and with Trunkline: to the byte, both ways, and
/// without harm to anybody else.
class MessageSizeIT extends OnPair {
  private static final int MAX = 100_000;

  /// A DataRow of one column, without its text; a Query, without its.
  private static final int ROW_BYTES = 11;

  private static final int QUERY_BYTES = 6;

  MessageSizeIT() {
    super("max_packet_size = %d\n".formatted(MAX));
  }

  /// As many bytes on the wire as wanted.
  private static byte[] queryOf(int messageBytes) {
    String sql = "SELECT 1 --";
    return Frontend.query(sql + "x".repeat(messageBytes - QUERY_BYTES - sql.length()));
  }

  private static String rowOf(int messageBytes) {
    return "SELECT repeat('x', %d)".formatted(messageBytes - ROW_BYTES);
  }

  /// What the client has got until it was hung up on; a reset is an end as well.
  private static List<Message> restOf(RawClient client) throws IOException {
    List<Message> all = new ArrayList<>();
    try {
      while (true) {
        all.add(client.receive());
      }
    } catch (ConnectionLost expected) {
      return all;
    }
  }

  private void isRefused(Side side, RawClient client, String sqlState, int messageBytes)
      throws IOException {
    List<Message> said = restOf(client);
    if (side == Side.OURS) {
      Message error = said.getLast();
      assertThat(error.isError()).as("%s", said).isTrue();
      assertThat(error.fields()).containsEntry('S', "FATAL").containsEntry('C', sqlState);
      assertThat(error.fields().toString())
          .contains(Integer.toString(messageBytes), Integer.toString(MAX), "max_message_bytes");
    }
  }

  @ParameterizedTest
  @EnumSource
  void query_decidedToTheByte(Side side) throws Exception {
    try (RawClient other = app(side);
        RawClient client = app(side)) {
      other.query("BEGIN");
      other.query("CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT 7 AS x");
      assertThat(client.ask(queryOf(MAX)).value()).isEqualTo("1");
      client.send(queryOf(MAX + 1));
      isRefused(side, client, "08P01", MAX + 1);
      assertThat(other.query("SELECT x FROM kept").value()).isEqualTo("7");
      other.query("COMMIT");
    }
  }

  @ParameterizedTest
  @EnumSource
  void row_decidedToTheByte(Side side) throws Exception {
    try (RawClient other = app(side);
        RawClient client = app(side)) {
      other.query("BEGIN");
      assertThat(client.query(rowOf(MAX)).value()).hasSize(MAX - ROW_BYTES);
      client.send(Frontend.query(rowOf(MAX + 1)));
      isRefused(side, client, "54000", MAX + 1);
      assertThat(other.query("COMMIT").sqlState()).isEqualTo("00000");
      assertThat(other.query("SELECT 2").value()).isEqualTo("2");
    }
  }

  /// Rows that fit come before one that is far too long to wait for; none of that one does.
  @Test
  void row_tooLongBehindOthers_endsBehindThem() throws Exception {
    try (RawClient client = app(Side.OURS)) {
      client.send(
          Frontend.query(
              "SELECT repeat('x', CASE WHEN i < 5 THEN %d ELSE 20000000 END)"
                      .formatted(MAX - ROW_BYTES)
                  + " FROM generate_series(1, 9) i"));
      List<Message> said = restOf(client);
      assertThat(said.stream().map(Message::tag)).containsExactly('T', 'D', 'D', 'D', 'D', 'E');
      assertThat(said.getLast().sqlState()).isEqualTo("54000");
    }
    Await.until(SOON, "its server is gone", () -> !isAnyServerBusy());
  }

  private boolean isAnyServerBusy() throws IOException {
    return pair.show(Side.OURS, "SERVERS").records().stream()
        .anyMatch(server -> !server.get("state").equals("idle"));
  }

  /// The answer of a pipeline, in one transaction: nothing is sent again elsewhere.
  @Test
  void row_tooLongInAnExtendedQuery_isNotAskedForAgain() throws Exception {
    try (RawClient client = app(Side.OURS)) {
      client.query("CREATE SEQUENCE IF NOT EXISTS asked");
      long before = Long.parseLong(client.query("SELECT nextval('asked')").value());
      client.send(
          Frontend.parse("", "SELECT repeat('x', %d) || nextval('asked')".formatted(MAX)),
          Frontend.bind("", ""),
          Frontend.execute("", 0),
          Frontend.sync());
      isRefused(Side.OURS, client, "54000", MAX + ROW_BYTES + 1);
      try (RawClient next = app(Side.OURS)) {
        assertThat(next.query("SELECT nextval('asked')").value())
            .isEqualTo(Long.toString(before + 2));
        next.query("DROP SEQUENCE asked");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX + 1, 50_000_000})
  void copyIn_tooLongAPiece_isRefusedAndRolledBack(int messageBytes) throws Exception {
    try (RawClient client = app(Side.OURS);
        RawClient other = app(Side.OURS)) {
      other.query("CREATE TABLE IF NOT EXISTS copied (what text)");
      client.send(Frontend.query("COPY copied FROM STDIN"));
      client.receiveUntil('G');
      client.send(Frontend.copyData("fits\n"), Frontend.header('d', messageBytes - 1));
      isRefused(Side.OURS, client, "08P01", messageBytes);
      assertThat(other.query("SELECT count(*) FROM copied").value()).isEqualTo("0");
      other.query("DROP TABLE copied");
    }
  }

  @Test
  void copyOut_tooLongAPiece_isRefused() throws Exception {
    try (RawClient client = app(Side.OURS)) {
      client.send(
          Frontend.query(
              "COPY (SELECT 'fits' UNION ALL %s) TO STDOUT".formatted(rowOf(MAX + 100))));
      List<Message> said = restOf(client);
      assertThat(said.stream().map(Message::tag)).containsExactly('H', 'd', 'E');
      assertThat(said.getLast().sqlState()).isEqualTo("54000");
    }
  }

  /// What we ask for ourselves, to carry a session's settings over, is not the client's.
  @Test
  void settingsLongerThanAMessage_followTheClient() throws Exception {
    pair.command(Side.OURS, "SET max_packet_size = 1024");
    String path = "a".repeat(60) + ", b".repeat(10);
    try (RawClient client = app(Side.OURS)) {
      for (int i = 0; i < 40; i++) {
        assertThat(client.query("SET app.n%d = '%s'".formatted(i, path)).sqlState())
            .isEqualTo("00000");
      }
      pair.command(Side.OURS, "RECONNECT");
      assertThat(client.query("SHOW app.n39").value()).isEqualTo(path);
    }
  }

  @ParameterizedTest
  @EnumSource
  void set_holdsForWhoIsHere(Side side) throws Exception {
    try (RawClient client = app(side)) {
      pair.command(side, "SET max_packet_size = 2147483647");
      assertThat(client.query(rowOf(2 * MAX)).value()).hasSize(2 * MAX - ROW_BYTES);
      assertThat(client.ask(queryOf(2 * MAX)).value()).isEqualTo("1");
      pair.command(side, "SET max_packet_size = %d".formatted(MAX));
      client.send(Frontend.query(rowOf(2 * MAX)));
      isRefused(side, client, "54000", 2 * MAX);
    }
  }
}
