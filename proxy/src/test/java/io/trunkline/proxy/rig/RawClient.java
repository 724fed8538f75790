package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;

/// A blocking PostgreSQL client that says exactly the bytes it is told to, for tests.
///
/// Every read has a deadline: a test that would hang fails with the client's last events instead.
/// One thread reads and one may write.
public final class RawClient implements AutoCloseable {
  public static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("rig.patience", 30));

  private static final int MESSAGE_BYTES_MAX = 512 << 20;
  private static final int SHOWN_BYTES_MAX = 160;

  private final Endpoint endpoint;
  private final Socket socket;
  private final DataInputStream in;
  private final History history = new History();
  private final Map<String, String> parameters = new TreeMap<>();
  private Duration patience = PATIENCE;
  private int pid;
  private byte[] cancelKey = {};
  private char status = '?';

  /// Takes over a connection on which PostgreSQL's protocol has not begun yet.
  RawClient(Endpoint endpoint, Socket socket) throws IOException {
    this.endpoint = endpoint;
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  /// A TCP connection on which nothing has been said yet.
  public static RawClient open(Endpoint endpoint) throws IOException {
    return new RawClient(endpoint, dial(endpoint));
  }

  static Socket dial(Endpoint endpoint) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), 10_000);
    return socket;
  }

  /// A client logged in with protocol 3.0 and no wishes.
  public static RawClient login(Endpoint endpoint) throws IOException {
    return login(endpoint, Frontend.V3_0, Map.of());
  }

  public static RawClient login(Endpoint endpoint, int version, Map<String, String> more)
      throws IOException {
    RawClient client = open(endpoint);
    try {
      client.logIn(version, more);
      return client;
    } catch (IOException | RuntimeException | Error e) {
      client.close();
      throw e;
    }
  }

  /// Logs in by whatever mechanism is asked for.
  ///
  /// @return everything the server said up to its first ReadyForQuery
  /// @throws LoginRefused when the answer is an error
  public List<Message> logIn(int version, Map<String, String> more) throws IOException {
    Map<String, String> wishes = endpoint.startupParameters();
    wishes.putAll(more);
    send(Frontend.startup(version, wishes));
    return new Login(this, endpoint.password()).conversation();
  }

  public RawClient patience(Duration each) {
    patience = each;
    return this;
  }

  public void send(byte[]... messages) throws IOException {
    byte[] all = messages.length == 1 ? messages[0] : Frontend.concat(messages);
    note(">> " + shown(all));
    write(all, 0, all.length);
  }

  /// Sends the bytes in pieces that end at the given offsets, each piece its own segment.
  public void sendCut(byte[] bytes, int... offsets) throws IOException {
    note(">> cut at " + shownOffsets(offsets) + " " + shown(bytes));
    int from = 0;
    for (int offset : offsets) {
      write(bytes, from, offset - from);
      from = offset;
    }
    write(bytes, from, bytes.length - from);
  }

  private void write(byte[] bytes, int from, int length) throws IOException {
    try {
      socket.getOutputStream().write(bytes, from, length);
    } catch (IOException e) {
      throw lost("write failed: " + e.getMessage(), e);
    }
  }

  /// The next message, or a failed test once patience runs out.
  public Message receive() throws IOException {
    return poll(patience)
        .orElseThrow(() -> new AssertionError("nothing for " + patience + " on " + this));
  }

  /// The next message, or nothing if none begins within the time given.
  ///
  /// @throws ConnectionLost when the other side hung up
  public Optional<Message> poll(Duration atMost) throws IOException {
    try {
      socket.setSoTimeout(Math.toIntExact(Math.max(1, atMost.toMillis())));
      int tag = in.read();
      if (tag < 0) {
        throw lost("closed by the other side", null);
      }
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      return Optional.of(body((char) tag));
    } catch (SocketTimeoutException expected) { // silence is an answer too
      return Optional.empty();
    } catch (ConnectionLost e) {
      throw e;
    } catch (IOException e) {
      throw lost("read failed: " + e.getMessage(), e);
    }
  }

  private Message body(char tag) throws IOException {
    try {
      int length = in.readInt();
      if (length < 4 || length > MESSAGE_BYTES_MAX) {
        throw new AssertionError("message '" + tag + "' claims length " + length + " on " + this);
      }
      byte[] body = new byte[length - 4];
      in.readFully(body);
      return seen(new Message(tag, body));
    } catch (SocketTimeoutException e) {
      throw new AssertionError("half a message '" + tag + "' on " + this, e);
    }
  }

  private Message seen(Message message) {
    note("<< " + message);
    switch (message.tag()) {
      case 'K' -> {
        ByteBuffer body = ByteBuffer.wrap(message.body());
        pid = body.getInt();
        cancelKey = Arrays.copyOfRange(message.body(), 4, message.bodyBytes());
      }
      case 'S' -> {
        String[] parameter = message.parameter().split("=", 2);
        parameters.put(parameter[0], parameter[1]);
      }
      case 'Z' -> status = message.status();
      default -> {}
    }
    return message;
  }

  /// Messages up to and including the next ReadyForQuery.
  public List<Message> receiveUntilReady() throws IOException {
    return receiveUntil('Z');
  }

  /// Messages up to and including the next with this tag.
  public List<Message> receiveUntil(char tag) throws IOException {
    List<Message> messages = new ArrayList<>();
    do {
      messages.add(receive());
    } while (messages.getLast().tag() != tag);
    return messages;
  }

  /// A simple Query and its whole answer.
  public Answer query(String sql) throws IOException {
    send(Frontend.query(sql));
    return new Answer(receiveUntilReady());
  }

  /// Sends the messages and reads up to the next ReadyForQuery.
  public Answer ask(byte[]... messages) throws IOException {
    send(messages);
    return new Answer(receiveUntilReady());
  }

  /// What the other side says before it hangs up.
  public List<Message> receiveUntilClosed() throws IOException {
    List<Message> messages = new ArrayList<>();
    while (true) {
      try {
        messages.add(receive());
      } catch (ConnectionLost expected) { // this is what was waited for
        return messages;
      }
    }
  }

  /// All bytes the other side says before it hangs up, whatever they mean.
  public byte[] receiveBytesUntilClosed() throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    try {
      in.transferTo(said);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither closed nor served for " + patience + " on " + this, e);
    } catch (IOException expected) { // a reset is an end as well
      note("<< " + expected.getMessage());
    }
    note("<< " + shown(said.toByteArray()));
    return said.toByteArray();
  }

  /// One untagged byte, as SSLRequest and GSSENCRequest are answered.
  public char receiveByte() throws IOException {
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    int answer = in.read();
    note("<< byte " + answer);
    if (answer < 0) {
      throw lost("closed by the other side", null);
    }
    return (char) answer;
  }

  /// Asks, on a connection of its own, to cancel what this client runs; returns once the other side
  /// has hung up, as libpq does.
  public void cancel() throws IOException {
    cancel(pid, cancelKey);
  }

  public void cancel(int otherPid, byte[] key) throws IOException {
    note(">> CancelRequest");
    try (RawClient canceller = open(endpoint)) {
      canceller.send(Frontend.cancelRequest(otherPid, key));
      canceller.receiveUntilClosed();
    }
    note("-- CancelRequest taken");
  }

  /// Says that nothing more will be sent, and stays to listen.
  public void halfClose() throws IOException {
    note(">> FIN");
    try {
      socket.shutdownOutput();
    } catch (SocketException expected) { // gone already
      note("-- " + expected.getMessage());
    }
  }

  /// Goes away with a reset, as a killed process with unread data does.
  public void reset() throws IOException {
    note(">> RST");
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /// Goes away without a word.
  public void vanish() throws IOException {
    note(">> close");
    socket.close();
  }

  /// Says goodbye as the protocol wants it.
  @Override
  public void close() throws IOException {
    try {
      socket.getOutputStream().write(Frontend.terminate());
    } catch (IOException expected) { // the other side may be gone already
      note("-- no goodbye: " + expected.getMessage());
    }
    socket.close();
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public int pid() {
    return pid;
  }

  public byte[] cancelKey() {
    return cancelKey.clone();
  }

  public char status() {
    return status;
  }

  /// What the other side showed in its TLS handshake.
  public X509Certificate serverCertificate() throws IOException {
    return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
  }

  /// The protocol agreed on by ALPN; empty for none.
  public String applicationProtocol() {
    return ((SSLSocket) socket).getApplicationProtocol();
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  /// The value last reported by ParameterStatus, or null.
  public String parameter(String name) {
    return parameters.get(name);
  }

  public Map<String, String> parameters() {
    return new TreeMap<>(parameters);
  }

  public void note(String event) {
    history.add(event);
  }

  private ConnectionLost lost(String what, IOException cause) {
    return new ConnectionLost(what + " on " + this, cause);
  }

  @Override
  public String toString() {
    return "client :%d -> :%d%n%s".formatted(socket.getLocalPort(), endpoint.port(), history);
  }

  private static String shownOffsets(int... offsets) {
    return offsets.length > 20 ? offsets.length + " offsets" : Arrays.toString(offsets);
  }

  private static String shown(byte[] bytes) {
    int shown = Math.min(bytes.length, SHOWN_BYTES_MAX);
    String text = new String(bytes, 0, shown, ISO_8859_1).replaceAll("[^ -~]+", ".");
    return shown == bytes.length ? text : text + "… " + bytes.length + " bytes";
  }
}
