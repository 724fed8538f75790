package io.trunkline.bench.crooked.pool;

import java.net.Socket;

final class Dials {
  Socket dial() {
    return new Socket();
  }
}
