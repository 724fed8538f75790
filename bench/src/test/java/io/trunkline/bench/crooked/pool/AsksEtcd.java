package io.trunkline.bench.crooked.pool;

import io.etcd.jetcd.Client;

final class AsksEtcd {
  void ask(Client client) {
    client.close();
  }
}
