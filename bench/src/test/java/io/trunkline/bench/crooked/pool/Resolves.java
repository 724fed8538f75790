package io.trunkline.bench.crooked.pool;

import java.net.InetAddress;
import java.net.UnknownHostException;

final class Resolves {
  InetAddress find(String host) throws UnknownHostException {
    return InetAddress.getByName(host);
  }
}
