package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// A client on a replication connection: commands are simple queries, and a started stream is
/// CopyData both ways. PostgreSQL docs, "Streaming Replication Protocol".
public final class ReplicationClient implements AutoCloseable {
  private static final int WAL_DATA_HEADER_BYTES = 1 + 3 * Long.BYTES;

  private final RawClient client;

  /// Up to where everything has been received, as far as the server has said.
  private long received;

  private ReplicationClient(RawClient client) {
    this.client = client;
  }

  public static ReplicationClient physical(Endpoint endpoint) throws IOException {
    return login(endpoint, Map.of("replication", "true"));
  }

  public static ReplicationClient logical(Endpoint endpoint) throws IOException {
    return login(endpoint, Map.of("replication", "database"));
  }

  public static ReplicationClient login(Endpoint endpoint, Map<String, String> parameters)
      throws IOException {
    return new ReplicationClient(RawClient.login(endpoint, Frontend.V3_0, parameters));
  }

  public RawClient raw() {
    return client;
  }

  public Answer command(String text) throws IOException {
    return client.query(text);
  }

  /// The first row of an answer that must have one, by column.
  public Map<String, String> row(String text) throws IOException {
    Answer answer = command(text);
    if (answer.rows().size() != 1) {
      throw new AssertionError("expected one row, got " + answer + " on " + client);
    }
    return named(answer);
  }

  private static Map<String, String> named(Answer answer) {
    ByteBuffer description =
        ByteBuffer.wrap(
            answer.messages().stream()
                .filter(m -> m.tag() == 'T')
                .findFirst()
                .orElseThrow()
                .body());
    Map<String, String> row = new HashMap<>();
    int columns = description.getShort();
    for (int i = 0; i < columns; i++) {
      StringBuilder name = new StringBuilder();
      for (byte b = description.get(); b != 0; b = description.get()) {
        name.append((char) b);
      }
      description.position(description.position() + 18);
      row.put(name.toString(), answer.rows().getFirst().get(i));
    }
    return row;
  }

  /// Begins a stream.
  public void start(String command) throws IOException {
    client.send(Frontend.query(command));
    Message answer = client.receive();
    if (answer.tag() != 'W') {
      throw new AssertionError("expected CopyBothResponse, got " + answer + " on " + client);
    }
  }

  /// The next WAL data as text; keepalives before it are answered.
  public String receive() throws IOException {
    while (true) {
      Message message = client.receive();
      if (message.tag() != 'd') {
        throw new AssertionError("expected CopyData, got " + message + " on " + client);
      }
      ByteBuffer body = ByteBuffer.wrap(message.body());
      if (body.get() == 'w') {
        int bytes = message.bodyBytes() - WAL_DATA_HEADER_BYTES;
        received = body.getLong();
        return new String(message.body(), WAL_DATA_HEADER_BYTES, bytes, UTF_8);
      }
      answerKeepalive(body);
    }
  }

  /// Reads WAL data until it contains this.
  public String receiveUntil(String text) throws IOException {
    String received = "";
    while (!received.contains(text)) {
      received = receive();
    }
    return received;
  }

  /// Answers everything that wants an answer until a message comes that is no stream data.
  public Message receiveEnd() throws IOException {
    while (true) {
      Message message = client.receive();
      if (message.tag() != 'd') {
        return message;
      }
      ByteBuffer body = ByteBuffer.wrap(message.body());
      if (body.get() == 'k') {
        answerKeepalive(body);
      } else {
        received = body.getLong();
        acknowledge();
      }
    }
  }

  private void answerKeepalive(ByteBuffer keepalive) throws IOException {
    received = Math.max(received, keepalive.getLong());
    keepalive.getLong();
    if (keepalive.get() != 0) {
      acknowledge();
    }
  }

  /// Says that everything received has been taken care of.
  public void acknowledge() throws IOException {
    client.send(statusUpdate(received));
  }

  public static byte[] statusUpdate(long lsn) {
    ByteBuffer update = ByteBuffer.allocate(1 + 4 * Long.BYTES + 1);
    update.put((byte) 'r').putLong(lsn).putLong(lsn).putLong(lsn).putLong(0).put((byte) 0);
    return Frontend.message('d', update.array());
  }

  /// Ends the stream from this side, and reads everything up to ReadyForQuery.
  public Answer end() throws IOException {
    client.send(Frontend.copyDone());
    return new Answer(client.receiveUntilReady());
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  @Override
  public String toString() {
    return client.toString();
  }
}
