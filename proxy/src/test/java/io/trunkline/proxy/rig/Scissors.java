package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

/// A wire between the proxy and a server that is cut right behind a message of the server's: what a
/// crash at a certain moment looks like from the other end.
public final class Scissors implements AutoCloseable {
  private static final int SSL_REQUEST = (1234 << 16) | 5679;
  private static final int GSSENC_REQUEST = (1234 << 16) | 5680;

  private final Endpoint behind;
  private final ServerSocket listening;
  private final AtomicReference<Place> place = new AtomicReference<>();

  /// Behind a message of this tag that contains the word.
  private record Place(char tag, String word) {}

  private Scissors(Endpoint behind) throws IOException {
    this.behind = behind;
    this.listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public static Scissors before(Endpoint endpoint) throws IOException {
    return new Scissors(endpoint);
  }

  public Endpoint endpoint() {
    return behind.onPort(listening.getLocalPort());
  }

  /// Cuts once, whichever connection it is.
  public void cutBehind(char tag, String word) {
    place.set(new Place(tag, word));
  }

  public boolean hasCut() {
    return place.get() == null;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException expected) { // the test is over
      return;
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket()) {
      server.connect(new InetSocketAddress(behind.host(), behind.port()));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(client.getInputStream());
      start(in, client, server);
      Thread.ofVirtual().start(() -> pump(in, server));
      answers(server, client);
    } catch (IOException expected) { // one end is gone: so is the other
      return;
    }
  }

  /// Passes the StartupMessage on; encryption would hide what is said.
  private static void start(DataInputStream in, Socket client, Socket server) throws IOException {
    while (true) {
      int length = in.readInt();
      int code = in.readInt();
      byte[] rest = new byte[length - 8];
      in.readFully(rest);
      if (code != SSL_REQUEST && code != GSSENC_REQUEST) {
        byte[] head = Frontend.concat(Frontend.int32(length), Frontend.int32(code));
        server.getOutputStream().write(Frontend.concat(head, rest));
        return;
      }
      client.getOutputStream().write('N');
    }
  }

  private static void pump(DataInputStream from, Socket to) {
    try {
      from.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException expected) { // one end is gone: so is the other
      return;
    }
  }

  private void answers(Socket server, Socket client) throws IOException {
    DataInputStream in = new DataInputStream(server.getInputStream());
    OutputStream out = client.getOutputStream();
    while (true) {
      int tag = in.readUnsignedByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      out.write(Frontend.message((char) tag, body));
      Place cut = place.get();
      if (cut != null && cut.tag() == tag && new String(body, UTF_8).contains(cut.word())) {
        if (place.compareAndSet(cut, null)) {
          return;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
