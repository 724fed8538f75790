package io.trunkline.bench.crooked.pool;

import io.netty.channel.ChannelInboundHandlerAdapter;

final class UnmarkedHandler extends ChannelInboundHandlerAdapter {}
