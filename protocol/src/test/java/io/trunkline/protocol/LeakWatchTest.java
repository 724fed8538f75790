package io.trunkline.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.LeakPresenceDetector.ResourceScope;
import org.junit.jupiter.api.Test;

class LeakWatchTest {

  @Test
  void close_bufferNotReleased_isNoticed() {
    ResourceScope mine = new ResourceScope("mine");
    ResourceScope outer = ScopedLeakDetector.replace(mine);
    ByteBuf leaked = ByteBufAllocator.DEFAULT.buffer();
    ScopedLeakDetector.replace(outer);
    assertThatThrownBy(mine::close).isInstanceOf(IllegalStateException.class);
    assertThat(leaked.refCnt()).isEqualTo(1);
  }

  @Test
  void close_everyBufferReleased_isContent() {
    ResourceScope mine = new ResourceScope("mine");
    ResourceScope outer = ScopedLeakDetector.replace(mine);
    ByteBufAllocator.DEFAULT.buffer().release();
    ScopedLeakDetector.replace(outer);
    mine.close();
  }
}
