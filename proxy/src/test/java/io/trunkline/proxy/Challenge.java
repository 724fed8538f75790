package io.trunkline.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;

/// What a SCRAM login is challenged with.
final class Challenge {
  private Challenge() {}

  /// Salt and iterations of a login that goes no further.
  static String of(Endpoint endpoint) throws IOException {
    try (RawClient client = RawClient.open(endpoint)) {
      client.send(Frontend.startup(Frontend.V3_0, endpoint.startupParameters()));
      client.receive();
      client.send(
          Frontend.saslInitialResponse("SCRAM-SHA-256", "n,,n=,r=abcdefghijk".getBytes(UTF_8)));
      Message message = client.receive();
      String said = new String(message.body(), 4, message.bodyBytes() - 4, UTF_8);
      return said.substring(said.indexOf(",s="));
    }
  }
}
