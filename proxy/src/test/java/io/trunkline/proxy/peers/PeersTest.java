package io.trunkline.proxy.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.settings.HostPort;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeersTest {
  private static final HostPort NOBODY = new HostPort("127.0.0.1", 1);

  private final ExecutorService busy = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    busy.close();
  }

  private Peers peers(int self, Map<Integer, HostPort> instances) {
    var fleet = new Fleet(self, new TreeMap<>(instances), "test");
    return new Peers(() -> fleet, busy, 4, 32);
  }

  private static CancelKey key(int instance, int secretBytes) {
    byte[] secret = new byte[secretBytes];
    new SplittableRandom(1).nextBytes(secret);
    return new CancelKey(instance << 24 | 77, Bytes.of(secret));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 127})
  void reserve_anyInstance_keyTellsItAndTheRestIsRandom(int self) {
    var registry = new CancelRegistry(new SplittableRandom(5), peers(self, Map.of(9, NOBODY)));

    CancelKey one = registry.reserve(ProtocolVersion.V3_0);
    CancelKey other = registry.reserve(ProtocolVersion.V3_2);

    assertThat(one.processId()).isPositive();
    assertThat(one.processId() >>> 24).isEqualTo(self);
    assertThat(other.processId() >>> 24).isEqualTo(self);
    assertThat(one.processId()).isNotEqualTo(other.processId());
    assertThat(one.secret().length()).isEqualTo(4);
    assertThat(other.secret().length()).isEqualTo(32);
  }

  @Test
  void reserve_noNumberYet_keyIsNoInstances() {
    var registry = new CancelRegistry(new SplittableRandom(5), peers(0, Map.of(9, NOBODY)));

    CancelKey key = registry.reserve(ProtocolVersion.V3_0);

    assertThat(key.processId()).isBetween(1, (1 << 24) - 1);
    assertThat(peers(1, Map.of(9, NOBODY)).passOn(key, () -> {})).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 32})
  void passOn_keyOfAnother_sendsItWithOneByteMore(int secretBytes) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Peers peers = peers(1, Map.of(1, NOBODY, 2, at(server)));
      var ended = new CompletableFuture<Void>();

      CancelKey key = key(2, secretBytes);
      assertThat(peers.passOn(key, () -> ended.complete(null))).isTrue();

      CancelKey received;
      try (Socket client = server.accept()) {
        received = read(client);
        assertThat(ended).isNotDone(); // the client's connection ends after the cancel, not before
      }
      ended.get(10, TimeUnit.SECONDS);
      assertThat(received.secret().length()).isEqualTo(secretBytes + 1);
      assertThat(peers(2, Map.of(1, at(server))).unwrap(received)).isEqualTo(key);
    }
  }

  @Test
  void passOn_keyThatWasPassedOn_isNever() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // A list that is wrong: whoever this is believes that 2 is somewhere else.
      Peers lost = peers(3, Map.of(2, at(server)));

      for (int secretBytes : new int[] {5, 33, 6, 31, 256}) {
        assertThat(lost.passOn(key(2, secretBytes), () -> {})).as(secretBytes + " bytes").isFalse();
      }
    }
  }

  @Test
  void passOn_ownOrUnknownInstance_isNot() {
    Peers peers = peers(1, Map.of(1, NOBODY, 2, NOBODY));

    assertThat(peers.passOn(key(1, 4), () -> {})).isFalse();
    assertThat(peers.passOn(key(0, 4), () -> {})).isFalse();
    assertThat(peers.passOn(key(3, 32), () -> {})).isFalse();
    assertThat(peers.passOn(new CancelKey(-1, Bytes.of(new byte[4])), () -> {})).isFalse();
  }

  @Test
  void passOn_peerIsDown_endsAllTheSame() throws Exception {
    var ended = new CompletableFuture<Void>();

    assertThat(peers(1, Map.of(2, NOBODY)).passOn(key(2, 4), () -> ended.complete(null))).isTrue();

    ended.get(10, TimeUnit.SECONDS);
  }

  @Test
  void passOn_tooManyAtOnce_dropsTheRest() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
      Peers peers = peers(1, Map.of(2, at(server)));
      var ended = new AtomicInteger();
      int passed = 0;
      while (passed < 200 && peers.passOn(key(2, 4), ended::incrementAndGet)) {
        passed++;
      }
      assertThat(passed).isEqualTo(64);
      for (int i = 0; i < passed; i++) {
        server.accept().close();
      }
      busy.close();
      assertThat(ended).hasValue(passed);
    }
  }

  private static HostPort at(ServerSocket server) {
    return new HostPort("127.0.0.1", server.getLocalPort());
  }

  private static CancelKey read(Socket client) throws IOException {
    var in = new DataInputStream(client.getInputStream());
    int length = in.readInt();
    assertThat(in.readInt()).isEqualTo(80877102);
    return new CancelKey(in.readInt(), Bytes.of(in.readNBytes(length - 12)));
  }
}
