package io.trunkline.proxy.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A wire between the proxy and a server that a test can cut: what a crashed server or a broken
/// network looks like from the other end.
public final class Gate implements AutoCloseable {
  private final Endpoint behind;
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean open = true;

  private Gate(Endpoint behind) throws IOException {
    this.behind = behind;
    this.listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public static Gate before(Endpoint endpoint) throws IOException {
    return new Gate(endpoint);
  }

  public Endpoint endpoint() {
    return behind.onPort(listening.getLocalPort());
  }

  /// Breaks every connection; newcomers are accepted and dropped.
  public void shut() throws IOException {
    open = false;
    for (Socket socket : sockets) {
      drop(socket);
    }
  }

  public void reopen() {
    open = true;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        if (open) {
          connect(client);
        } else {
          drop(client);
        }
      }
    } catch (IOException expected) { // the test is over
      open = false;
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket();
    server.connect(new InetSocketAddress(behind.host(), behind.port()));
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(server);
    Thread.ofVirtual().start(() -> pump(client, server));
    Thread.ofVirtual().start(() -> pump(server, client));
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException expected) { // one end is gone: so is the other
      drop(from);
      drop(to);
    }
  }

  private void drop(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException expected) { // it is as closed as it can be
      open = open && !listening.isClosed();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    shut();
  }
}
