package io.trunkline.bench.crooked.proxy.login;

import io.trunkline.bench.crooked.proxy.session.Here;

public final class There {
  Here here;
}
