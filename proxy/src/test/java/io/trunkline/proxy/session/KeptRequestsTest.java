package io.trunkline.proxy.session;

import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeptRequestsTest {
  private final KeptRequests kept = new KeptRequests();
  private final List<ByteBuf> reads = new ArrayList<>();

  /// With bytes around that are not to be kept.
  private void keep(byte[]... messages) {
    byte[] all = concat(messages);
    ByteBuf in = Unpooled.wrappedBuffer(new byte[3], all, new byte[5]);
    reads.add(in);
    kept.keep(in, 3, 3 + all.length);
  }

  @AfterEach
  void everyReadIsLetGo() {
    kept.drop();
    kept.drop();
    assertThat(kept.isEmpty()).isTrue();
    assertThat(kept.bytes()).isZero();
    assertThat(reads).allMatch(read -> read.refCnt() == 1);
    reads.forEach(ByteBuf::release);
  }

  private byte[] retained() {
    ByteBuf all = kept.retained();
    try {
      return ByteBufUtil.getBytes(all);
    } finally {
      all.release();
    }
  }

  @Test
  void nothing_isEmpty() {
    assertThat(kept.retained()).isNull();
    assertThat(kept.count()).isZero();
  }

  @Test
  void oneRead_isTheVeryBuffer() {
    keep(query("SELECT 1"), query("SELECT 2"));

    assertThat(retained()).isEqualTo(concat(query("SELECT 1"), query("SELECT 2")));
    assertThat(kept.bytes()).isEqualTo(reads.getFirst().capacity());
  }

  @Test
  void manyReads_areOnePipeline() {
    byte[] first = concat(query("SELECT 1"), parse("", "SELECT 2"));
    byte[] second = concat(execute("", 0), sync());
    byte[] third = query("SELECT 3");
    keep(first);
    keep(second);
    keep(third);

    assertThat(retained()).isEqualTo(concat(first, second, third));
    assertThat(kept.count()).isEqualTo(5);
    assertThat(kept.cycleStart(3)).as("the Execute is answered").isEqualTo(1);
    assertThat(kept.cycleEnd(1)).as("its cycle ends in the second read").isEqualTo(4);
    assertThat(kept.executes(1, 3)).isTrue();
    assertThat(kept.executes(3, 5)).isFalse();
  }
}
