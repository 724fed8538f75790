package io.trunkline.proxy.peers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.StartupPacket.CancelRequest;
import io.trunkline.proxy.session.CancelPeers;
import io.trunkline.settings.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes cancel requests on to the instances whose they are. Thread-safe.
///
/// A key tells its instance by the seven highest bits of the process id (the sign apart); the other
/// 24 bits of it and the whole secret stay random. While this instance has no number they are 0,
/// which is no instance's: such a key is never taken for another's. A request that is passed on is
/// a CancelRequest with one byte behind the secret, so that a key of 4 bytes comes as one of 5, one
/// of 32 as one of 33. Nobody was given a key of that length: **it is never passed on again**,
/// however wrong the lists of instances are.
///
/// PostgreSQL docs, "Canceling Requests in Progress".
public final class Peers implements CancelPeers {
  private static final Logger log = LoggerFactory.getLogger(Peers.class);
  private static final int NUMBER_SHIFT = 24;
  private static final int REST_MASK = (1 << NUMBER_SHIFT) - 1;

  /// The last byte of a key that was passed on: how often it may be passed on still.
  private static final byte NOT_AGAIN = 0;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /// As long as an instance may take to reach a server: its client waits for that.
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /// Anybody may send requests with any key.
  private static final int AT_ONCE_MAX = 64;

  private final Supplier<Fleet> fleet;
  private final Executor busy;
  private final int[] keyBytes;
  private final Semaphore room = new Semaphore(AT_ONCE_MAX);

  /// @param fleet which instances there are now
  /// @param busy for what blocks
  /// @param keyBytes the lengths of the secrets that instances give
  public Peers(Supplier<Fleet> fleet, Executor busy, int... keyBytes) {
    this.fleet = fleet;
    this.busy = busy;
    this.keyBytes = keyBytes.clone();
  }

  @Override
  public int mark(int processId) {
    return (fleet.get().self() << NUMBER_SHIFT) | (processId & REST_MASK);
  }

  @Override
  public CancelKey unwrap(CancelKey key) {
    if (!wasPassedOn(key)) {
      return key;
    }
    byte[] secret = key.secret().toArray();
    return new CancelKey(key.processId(), Bytes.of(Arrays.copyOf(secret, secret.length - 1)));
  }

  private boolean wasPassedOn(CancelKey key) {
    return Arrays.stream(keyBytes).anyMatch(bytes -> key.secret().length() == bytes + 1);
  }

  /// Whether an instance gives keys of this length.
  private boolean wasGiven(CancelKey key) {
    return Arrays.stream(keyBytes).anyMatch(bytes -> key.secret().length() == bytes);
  }

  @Override
  public boolean passOn(CancelKey key, Runnable ended) {
    HostPort owner = fleet.get().other(key.processId() >>> NUMBER_SHIFT);
    if (owner == null || !wasGiven(key)) {
      return false;
    }
    if (!room.tryAcquire()) {
      log.warn("cancel request dropped: {} are being passed on already", AT_ONCE_MAX);
      return false;
    }
    busy.execute(() -> {
      try {
        send(owner, wrapped(key));
      } catch (IOException e) {
        log.warn("cancel request could not be passed on to {}: {}", owner, e.getMessage());
      } finally {
        room.release();
        ended.run();
      }
    });
    return true;
  }

  private static CancelKey wrapped(CancelKey key) {
    byte[] secret = key.secret().toArray();
    byte[] longer = Arrays.copyOf(secret, secret.length + 1);
    longer[secret.length] = NOT_AGAIN;
    return new CancelKey(key.processId(), Bytes.of(longer));
  }

  /// Until the other side hangs up, which is all of its answer.
  private static void send(HostPort owner, CancelKey key) throws IOException {
    ByteBuf packet = Unpooled.buffer();
    new CancelRequest(key).encode(packet);
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(Math.toIntExact(ANSWER_TIMEOUT.toMillis()));
      socket.connect(
          new InetSocketAddress(owner.host(), owner.port()),
          Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
      packet.readBytes(socket.getOutputStream(), packet.readableBytes());
      if (socket.getInputStream().read() >= 0) {
        throw new IOException("it answered, so that it is no peer");
      }
    } finally {
      packet.release();
    }
  }
}
