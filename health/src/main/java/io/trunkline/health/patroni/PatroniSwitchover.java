package io.trunkline.health.patroni;

import io.trunkline.health.Switchover;
import io.trunkline.health.etcd.StoreAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Asks Patroni's REST API for another leader: `POST /switchover`, at the leader first, then at the
/// others as long as nobody can be reached (`GET /patroni` tells). Patroni answers when it has come
/// to a switchover, or has not. One that was reached and has not answered may do it yet, so nobody
/// else is asked then.
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
  public CompletionStage<Wish> prepare(String leader, String candidate) {
    return begin("switchover-to-" + candidate, () -> ready(leader, candidate));
  }

  /// Something that blocks.
  private interface Step<T> {
    T take() throws Refused, InterruptedException;
  }

  private static <T> CompletableFuture<T> begin(String name, Step<T> step) {
    var done = new CompletableFuture<T>();
    Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            done.complete(step.take());
          } catch (Refused refused) {
            done.completeExceptionally(refused);
          } catch (InterruptedException | RuntimeException e) {
            done.completeExceptionally(new Refused("Patroni cannot be asked: " + e));
          }
        });
    return done;
  }

  private Wish ready(String leader, String candidate) throws Refused, InterruptedException {
    String body = "{\"leader\":%s,\"candidate\":%s}".formatted(quoted(leader), quoted(candidate));
    RestApi api = new RestApi(settings);
    boolean ready = false;
    try {
      List<StoreAddress> addresses = answering(api, addresses(leader));
      ready = true;
      return new Ready(api, addresses, body);
    } finally {
      if (!ready) {
        api.close();
      }
    }
  }

  /// Those from the first on that answers. To have asked it also spares the wish to read
  /// certificates and to load what speaks HTTP.
  private static List<StoreAddress> answering(RestApi api, List<StoreAddress> addresses)
      throws Refused, InterruptedException {
    String failure = "no member's REST API is known";
    for (int i = 0; i < addresses.size(); i++) {
      RestApi.Reply reply = PatroniRest.reply(api.ask(addresses.get(i), "/patroni"));
      if (reply.status() != 0) {
        return addresses.subList(i, addresses.size());
      }
      failure = "Patroni at %s: %s".formatted(addresses.get(i), reply.failure());
    }
    throw new Refused(failure);
  }

  private record Ready(RestApi api, List<StoreAddress> addresses, String body) implements Wish {

    @Override
    public CompletionStage<Void> send() {
      return begin("switchover", this::refusal)
          .thenAccept(refusal -> {
            if (!refusal.isEmpty()) {
              throw new CompletionException(new Refused(refusal));
            }
          });
    }

    /// Why not; empty for a switchover that was accepted.
    private String refusal() throws InterruptedException {
      String failure = "nobody answers any more";
      for (StoreAddress address : addresses) {
        RestApi.Said said = api.post(address, "/switchover", body);
        if (said.status() == OK || said.status() == ACCEPTED) {
          return "";
        }
        failure = "Patroni at %s: %s".formatted(address, said.text());
        if (!said.isUnreachable()) {
          return failure;
        }
      }
      return failure;
    }

    @Override
    public void close() {
      api.close();
    }
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
