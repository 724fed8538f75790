package io.trunkline.bench.crooked.routing;

import io.netty.channel.Channel;

final class KnowsNetty {
  Channel channel;
}
