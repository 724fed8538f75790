package io.trunkline.proxy.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopWatchTest {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("loop"), NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void loop_thatSleeps_isNoticed() {
    loops.submit(() -> sleep()).syncUninterruptibly();
    assertThat(LoopWatch.takeBlocked())
        .singleElement()
        .asString()
        .contains("Blocking call! java.lang.Thread.sleep");
  }

  @Test
  void loop_thatWaitsForItsPeers_isNoticed() {
    var never = new java.util.concurrent.CountDownLatch(1);
    loops.submit(() -> never.await(1, TimeUnit.MILLISECONDS)).syncUninterruptibly();
    assertThat(LoopWatch.takeBlocked()).isNotEmpty();
  }

  @Test
  void loop_thatWorks_isNot() {
    assertThat(loops.submit(() -> "done").syncUninterruptibly().getNow()).isEqualTo("done");
    assertThat(LoopWatch.takeBlocked()).isEmpty();
  }

  @Test
  void otherThread_thatSleeps_isNot() {
    sleep();
    assertThat(LoopWatch.takeBlocked()).isEmpty();
  }

  private static void sleep() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
