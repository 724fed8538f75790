package io.trunkline.health.patroni;

import io.trunkline.health.Switchover;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Asks Patroni's REST API for another leader: `POST /switchover`, at the leader first, then at the
/// others as long as nobody can be reached. Patroni answers when it has come to a switchover, or
/// has not. One that was reached and has not answered may do it yet, so nobody else is asked then.
///
/// Patroni docs, "Patroni REST API", "Switchover and failover endpoints".
final class PatroniSwitchover implements Switchover {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final RestSettings settings;
  private final Supplier<Map<String, StoreAddress>> apis;

  /// @param apis where each member's API is, by its name, as known now
  PatroniSwitchover(RestSettings settings, Supplier<Map<String, StoreAddress>> apis) {
    this.settings = settings;
    this.apis = apis;
  }

  @Override
  public CompletionStage<Void> ask(String leader, String candidate) {
    var asked = new CompletableFuture<Void>();
    Thread.ofVirtual()
        .name("switchover-to-" + candidate)
        .start(() -> {
          try {
            String refusal = refusal(leader, candidate);
            if (refusal.isEmpty()) {
              asked.complete(null);
            } else {
              asked.completeExceptionally(new Refused(refusal));
            }
          } catch (InterruptedException | RuntimeException e) {
            asked.completeExceptionally(new Refused("Patroni cannot be asked: " + e));
          }
        });
    return asked;
  }

  /// Why not; empty for a switchover that was accepted.
  private String refusal(String leader, String candidate) throws InterruptedException {
    String body = "{\"leader\":%s,\"candidate\":%s}".formatted(quoted(leader), quoted(candidate));
    String failure = "no member's REST API is known";
    try (RestApi api = new RestApi(settings)) {
      for (StoreAddress address : addresses(leader)) {
        RestApi.Said said = api.post(address, "/switchover", body);
        if (said.status() == OK || said.status() == ACCEPTED) {
          return "";
        }
        failure = "Patroni at %s: %s".formatted(address, said.text());
        if (!said.isUnreachable()) {
          return failure;
        }
      }
    }
    return failure;
  }

  private List<StoreAddress> addresses(String leader) {
    Map<String, StoreAddress> known = apis.get();
    List<StoreAddress> addresses = new ArrayList<>();
    if (known.get(leader) instanceof StoreAddress first) {
      addresses.add(first);
    }
    known.values().stream().filter(address -> !addresses.contains(address)).forEach(addresses::add);
    settings.addresses().stream()
        .filter(address -> !addresses.contains(address))
        .forEach(addresses::add);
    return addresses;
  }

  private static String quoted(String name) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }
}
