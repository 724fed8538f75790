package io.trunkline.protocol.auth;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// A peer that says anything: either login ends in a step, never in another exception.
class LoginFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void clientLogin_anyMessages_answersEach(FuzzedDataProvider data) {
    AuthMethod method = data.pickValue(AuthMethod.values());
    StoredSecret stored =
        data.pickValue(
            new StoredSecret[] {LoginFixture.PLAIN, LoginFixture.MD5, LoginFixture.SCRAM, null});
    HostilePeer.client(
        LoginFixture.client(method, stored, HostilePeer.tls(data.consumeBoolean())),
        () -> data.remainingBytes() > 0 ? data.consumeString(200) : null);
  }

  @FuzzTest(maxDuration = "1m")
  void serverLogin_anyMessages_answersEach(FuzzedDataProvider data) {
    HostilePeer.server(
        LoginFixture.server(new Credential.Password(LoginFixture.PASSWORD)),
        () -> data.remainingBytes() > 0 ? data.consumeString(200) : null);
  }

  @FuzzTest(maxDuration = "1m")
  void serverGreeting_anyMessages_answersEach(FuzzedDataProvider data) {
    ServerGreeting greeting = new ServerGreeting();
    while (data.remainingBytes() > 0) {
      greeting.onMessage(data.consumeByte(), Unpooled.wrappedBuffer(data.consumeBytes(100)));
    }
  }

  @Property
  void clientLogin_anyText_answersEach(@ForAll String first, @ForAll String second) {
    Iterator<String> texts = List.of(first, second).iterator();
    HostilePeer.client(
        LoginFixture.client(AuthMethod.SCRAM_SHA_256, LoginFixture.SCRAM),
        () -> texts.hasNext() ? texts.next() : null);
  }
}
