package io.trunkline.bench.crooked.proxy.session;

import io.trunkline.bench.crooked.proxy.login.There;

public final class Here {
  There there;
}
