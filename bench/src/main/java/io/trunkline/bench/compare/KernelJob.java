package io.trunkline.bench.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// A fixed piece of work of the kind that proxies mostly do, so that one can see how fast the
/// machine was beside each measurement: small messages to and fro over TCP, in one thread.
final class KernelJob implements AutoCloseable {
  private static final int MESSAGES = 4_000;
  private static final int MESSAGE_BYTES = 100;

  private final SocketChannel one;
  private final SocketChannel other;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE_BYTES);

  KernelJob() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      one = SocketChannel.open(listener.getLocalAddress());
      other = listener.accept();
    }
    one.setOption(StandardSocketOptions.TCP_NODELAY, true);
    other.setOption(StandardSocketOptions.TCP_NODELAY, true);
    run(); // the first time compiles
  }

  /// Processor time of one message and its answer, in microseconds.
  double run() throws IOException {
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < MESSAGES; i++) {
      pass(one, other);
      pass(other, one);
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1e3 / MESSAGES;
  }

  private void pass(SocketChannel from, SocketChannel to) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      from.write(buffer);
    }
    buffer.clear();
    while (buffer.hasRemaining()) {
      to.read(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    one.close();
    other.close();
  }
}
