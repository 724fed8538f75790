package io.trunkline.bench.crooked.proxy.session;

import io.netty.channel.Channel;

final class AwaitsNetty {
  void close(Channel channel) {
    channel.close().syncUninterruptibly();
  }
}
