package io.trunkline.proxy;

import static io.trunkline.proxy.rig.FakeSession.AUTHENTICATION_OK;
import static io.trunkline.proxy.rig.FakeSession.READY;
import static io.trunkline.proxy.rig.FakeSession.complete;
import static io.trunkline.proxy.rig.FakeSession.error;
import static io.trunkline.proxy.rig.FakeSession.honest;
import static io.trunkline.proxy.rig.FakeSession.parameter;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.header;
import static io.trunkline.proxy.rig.Frontend.int32;
import static io.trunkline.proxy.rig.Frontend.message;
import static io.trunkline.proxy.rig.Frontend.query;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Bystander;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.FakeSession;
import io.trunkline.proxy.rig.Footprint;
import io.trunkline.proxy.rig.HostileServer;
import io.trunkline.proxy.rig.HostileServer.Behaviour;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A server that breaks the protocol at its login or later: its client is told so, clients of other
/// databases notice nothing, and once it behaves again it is used again.
class HostileServerIT {
  private static final Duration SOON = Duration.ofSeconds(12);

  /// What the proxy needs to notice that its idle connections are gone.
  private static final Duration A_MOMENT = Duration.ofMillis(100);

  private static final long GROWTH_MAX = 96L << 20;

  private static HostileServer server;
  private static TestProxy proxy;
  private static Bystander bystander;

  @BeforeAll
  static void start() throws IOException {
    TestProxy.Kind.assumeProxy();
    server = HostileServer.before(Postgres.shared().app());
    proxy =
        TestProxy.start(
            Setup.transaction()
                .behind(server.endpoint())
                .with(Knob.POOL_SIZE, 2)
                .with(Knob.QUERY_WAIT, Duration.ofSeconds(4))
                .with(Knob.CONNECT, Duration.ofSeconds(1))
                .with(Knob.LOGIN_RETRY, Duration.ofMillis(50)));
    bystander = new Bystander(proxy.endpoint().inDatabase("postgres"));
  }

  @AfterAll
  static void stop() throws IOException {
    if (proxy != null) {
      bystander.close();
      proxy.close();
      server.close();
    }
  }

  private static Map<String, Behaviour> logins() {
    Map<String, Behaviour> all = new LinkedHashMap<>();
    all.put("says HTTP", session -> session.say("HTTP/1.1 400 Bad Request\r\n".getBytes(UTF_8)));
    all.put("hangs up", session -> {});
    all.put("says nothing", FakeSession::hearOut);
    all.put("negative length", session -> session.say(header('R', -1)));
    all.put("length 3", session -> session.say(header('R', 3)));
    all.put("huge authentication", session -> endless(session, header('R', 1 << 30)));
    all.put("huge parameter", session -> endless(session, AUTHENTICATION_OK, header('S', 1 << 30)));
    all.put("huge error", session -> endless(session, header('E', 1 << 30)));
    all.put("endless parameters", HostileServerIT::endlessParameters);
    all.put("unknown authentication", session -> session.say(message('R', int32(99))));
    all.put("authentication without a kind", session -> session.say(message('R', new byte[2])));
    all.put("ready before ok", session -> session.say(READY));
    all.put("row before ready", session -> session.say(AUTHENTICATION_OK, honest("x")));
    all.put("ok and then nothing", HostileServerIT::okAndThenNothing);
    all.put("error without fields", session -> session.say(error("\0")));
    all.put("error without code", session -> session.say(error("SFATAL\0Mno\0\0")));
    all.put("error without terminator", session -> session.say(error("SFATAL\0C28000\0Mno")));
    all.put("empty error", session -> session.say(message('E', new byte[0])));
    all.put("error of a megabyte", session -> session.say(error(fatal("x".repeat(1 << 20)))));
    all.put("too long a key", session -> login(session, message('K', new byte[300])));
    all.put("no key bytes", session -> login(session, message('K', new byte[0])));
    all.put(
        "bad status", session -> session.say(AUTHENTICATION_OK, message('Z', new byte[] {'?'})));
    all.put("newer protocol", session -> login(session, negotiate((3 << 16) | 99, 0)));
    all.put("other protocol", session -> login(session, negotiate(4 << 16, 0)));
    all.put("negative option count", session -> login(session, negotiate(3 << 16, -1)));
    all.put("huge option count", session -> login(session, negotiate(3 << 16, 1 << 30)));
    all.put("no mechanism", session -> session.say(sasl(10, "\0")));
    all.put("only unknown mechanisms", session -> session.say(sasl(10, "X-MINE\0\0")));
    all.put("mechanisms without end", session -> session.say(sasl(10, "SCRAM-SHA-256")));
    all.put("a billion iterations", session -> scram(session, "r=%sx,s=AAAA,i=1000000000"));
    all.put("negative iterations", session -> scram(session, "r=%sx,s=AAAA,i=-1"));
    all.put("no iterations", session -> scram(session, "r=%sx,s=AAAA"));
    all.put("other nonce", session -> scram(session, "r=other,s=AAAA,i=4096"));
    all.put("same nonce", session -> scram(session, "r=%s,s=AAAA,i=4096"));
    all.put("salt not base64", session -> scram(session, "r=%sx,s=*,i=4096"));
    all.put("long nonce", session -> scram(session, "r=%s" + "x".repeat(100_000) + ",s=AAAA,i=1"));
    all.put("wrong signature", HostileServerIT::wrongSignature);
    all.put("challenge without a request", session -> session.say(sasl(11, "r=x,s=AAAA,i=1")));
    return all;
  }

  private static String fatal(String message) {
    return "SFATAL\0C28000\0M" + message + "\0\0";
  }

  private static byte[] sasl(int kind, String data) {
    return message('R', concat(int32(kind), data.getBytes(UTF_8)));
  }

  private static byte[] negotiate(int version, int options) {
    return message('v', concat(int32(version), int32(options)));
  }

  private static void login(FakeSession session, byte[] oddity) throws IOException {
    session.say(AUTHENTICATION_OK, oddity, message('K', new byte[8]));
    session.hearOut();
  }

  private static void okAndThenNothing(FakeSession session) throws IOException {
    session.say(AUTHENTICATION_OK);
    session.hearOut();
  }

  private static void endless(FakeSession session, byte[]... beginning) throws IOException {
    session.say(beginning);
    byte[] more = new byte[1 << 16];
    while (true) {
      session.say(more);
    }
  }

  private static void endlessParameters(FakeSession session) throws IOException {
    session.say(AUTHENTICATION_OK);
    for (long i = 0; ; i++) {
      session.say(parameter("parameter_" + i, "x".repeat(1000)));
    }
  }

  private static void scram(FakeSession session, String challenge) throws IOException {
    session.say(sasl(10, "SCRAM-SHA-256\0\0"));
    String first = new String(session.hear(), UTF_8);
    session.say(sasl(11, challenge.formatted(first.substring(first.indexOf("r=") + 2))));
    session.hearOut();
  }

  private static void wrongSignature(FakeSession session) throws IOException {
    session.say(sasl(10, "SCRAM-SHA-256\0\0"));
    String first = new String(session.hear(), UTF_8);
    session.say(sasl(11, "r=" + first.substring(first.indexOf("r=") + 2) + "x,s=AAAA,i=4096"));
    session.hear();
    session.say(sasl(12, "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    session.letIn();
    session.hearOut();
  }

  @TestFactory
  Stream<DynamicTest> login_hostileServer_clientIsTold() {
    return logins().entrySet().stream()
        .map(login -> DynamicTest.dynamicTest(login.getKey(), () -> refuses(login.getValue())));
  }

  private static void refuses(Behaviour behaviour) throws IOException {
    long before = resident();
    server.behave(behaviour);
    try (RawClient client = RawClient.open(proxy.endpoint()).patience(SOON)) {
      client.poll(A_MOMENT);
      client.logIn(io.trunkline.proxy.rig.Frontend.V3_0, Map.of());
      client.send(query("SELECT 'never'"));
      isTold(client.receive());
    } catch (LoginRefused refused) {
      isTold(refused.error());
    }
    assertThat(resident() - before).as("growth of memory").isLessThan(GROWTH_MAX);
    bystander.isUnharmed();
    recovers();
  }

  private static void isTold(Message error) {
    assertThat(error.isError()).as("%s", error).isTrue();
    assertThat(error.sqlState()).as("%s", error).hasSize(5).isNotEqualTo("XX000");
    assertThat(error.bodyBytes()).as("length of the error").isLessThan(1 << 16);
  }

  private static long resident() throws IOException {
    return proxy.footprint().orElse(new Footprint(ProcessHandle.current().pid())).residentBytes();
  }

  /// With an honest server, every client gets its own answer and nothing else.
  private static void recovers() throws IOException {
    server.behave(session -> session.play());
    Await.until(SOON, "the server is used again", () -> isHonest("first") && isHonest("second"));
  }

  private static boolean isHonest(String tag) throws IOException {
    try (RawClient client = RawClient.login(proxy.endpoint()).patience(SOON)) {
      for (int i = 0; i < 3; i++) {
        Answer answer = client.query("SELECT " + tag + i);
        if (answer.error().isPresent()) {
          return false;
        }
        assertThat(answer.tags()).as("%s", client).isEqualTo("TDCZ");
        assertThat(answer.value()).as("%s", client).isEqualTo("SELECT " + tag + i);
      }
      return true;
    } catch (LoginRefused | ConnectionLost expected) { // not yet
      return false;
    }
  }

  private static Map<String, byte[]> answers() {
    byte[] good = concat(honest("hostile"), READY);
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("length 3", header('D', 3));
    all.put("negative length", header('D', -1));
    all.put("smallest length", header('Z', Integer.MIN_VALUE));
    all.put("unknown message", concat(message('!', new byte[4]), good));
    all.put("zeros", new byte[100]);
    all.put("ready twice", concat(good, READY));
    all.put("whole answer twice", concat(good, good));
    all.put("answer behind ready", concat(good, honest("stray")));
    all.put("row behind ready", concat(good, message('D', new byte[] {0, 0})));
    all.put("error behind ready", concat(good, error("SERROR\0C12345\0Mstray\0\0")));
    all.put("half a message behind ready", concat(good, header('D', 100), new byte[10]));
    all.put("login behind ready", concat(good, AUTHENTICATION_OK));
    all.put("copy behind ready", concat(good, message('G', new byte[] {0, 0, 0})));
    all.put("ready of the wrong length", concat(honest("x"), message('Z', new byte[] {'I', 'I'})));
    all.put("ready without status", concat(honest("x"), message('Z', new byte[0])));
    all.put("ready of no known status", concat(honest("x"), message('Z', new byte[] {'Q'})));
    all.put("parse complete unasked", concat(message('1', new byte[0]), good));
    all.put("authentication in between", concat(message('R', int32(3)), good));
    all.put("parameter without end", concat(message('S', new byte[] {'a'}), good));
    all.put("error without end", concat(message('E', "SERROR".getBytes(UTF_8)), READY));
    all.put("notification too short", concat(message('A', new byte[2]), good));
    all.put(
        "copy in unasked", concat(message('G', new byte[] {0, 0, 0}), complete("COPY 0"), READY));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> answer_hostile_othersGetTheirOwn() {
    return answers().entrySet().stream()
        .map(answer -> DynamicTest.dynamicTest(answer.getKey(), () -> survives(answer.getValue())));
  }

  private static void survives(byte[] hostile) throws IOException {
    server.behave(session -> session.instead("hostile", hostile).play());
    Await.until(SOON, "the server is used", () -> isHonest("before"));
    try (RawClient client = RawClient.login(proxy.endpoint()).patience(SOON)) {
      client.send(query("SELECT hostile"));
      client.poll(SOON);
      assertThat(isHonest("other")).as("another client at once").isTrue();
    }
    bystander.isUnharmed();
    assertThat(isHonest("after")).isTrue();
  }
}
