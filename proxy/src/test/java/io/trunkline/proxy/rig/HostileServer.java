package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A server that is PostgreSQL to everybody but to those who ask for one database: they get what
/// the test has in mind for them.
public final class HostileServer implements AutoCloseable {
  private static final int SSL_REQUEST = (1234 << 16) | 5679;
  private static final int GSSENC_REQUEST = (1234 << 16) | 5680;

  private final Endpoint behind;
  private final ServerSocket listening;
  private final Set<Socket> untrue = ConcurrentHashMap.newKeySet();
  private volatile Behaviour behaviour = session -> session.play();

  /// What happens once the StartupMessage has been read.
  @FunctionalInterface
  public interface Behaviour {
    void play(FakeSession session) throws IOException;
  }

  private HostileServer(Endpoint behind) throws IOException {
    this.behind = behind;
    this.listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// Stands before the true server; its database is the one that is not true.
  public static HostileServer before(Endpoint behind) throws IOException {
    return new HostileServer(behind);
  }

  public Endpoint endpoint() {
    return behind.onPort(listening.getLocalPort());
  }

  /// Behaves like this from the next connection on, and drops those there are.
  public void behave(Behaviour next) throws IOException {
    behaviour = next;
    for (Socket socket : untrue) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        client.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException expected) { // the test is over
      return;
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      byte[] packet = packet(in);
      int code = code(packet);
      while (code == SSL_REQUEST || code == GSSENC_REQUEST) {
        client.getOutputStream().write('N');
        packet = packet(in);
        code = code(packet);
      }
      String text = new String(packet, UTF_8);
      if (text.contains("database\0" + behind.database() + "\0")) {
        untrue.add(client);
        behaviour.play(new FakeSession(in, client.getOutputStream()));
      } else {
        pass(client, in, packet);
      }
    } catch (IOException expected) { // the proxy hung up, as it should on such a server
      return;
    }
  }

  private static byte[] packet(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 8 || length > 10_000) {
      throw new EOFException("the proxy sends a first packet of " + length);
    }
    byte[] rest = new byte[length - 4];
    in.readFully(rest);
    return Frontend.concat(Frontend.int32(length), rest);
  }

  private static int code(byte[] packet) {
    return java.nio.ByteBuffer.wrap(packet).getInt(4);
  }

  private void pass(Socket client, DataInputStream in, byte[] packet) throws IOException {
    try (Socket server = new Socket()) {
      server.connect(new InetSocketAddress(behind.host(), behind.port()));
      server.setTcpNoDelay(true);
      server.getOutputStream().write(packet);
      Thread back = Thread.ofVirtual().start(() -> pump(server, client));
      in.transferTo(server.getOutputStream());
      server.shutdownOutput();
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException expected) { // one of them is gone
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
