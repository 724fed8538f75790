package io.trunkline.health.patroni;

import io.trunkline.health.Claims;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.settings.HostPort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one round of questions to the members' REST APIs adds up to. Pure.
///
/// Who holds the leader key:
///
/// 1. The one member that answers `/primary` with 200: its Patroni has renewed the key within its
///    lifetime, or keeps its lead by failsafe mode. It does not say that its server can write.
/// 2. Two of them: one is mistaken, and nobody can say which.
/// 3. None of them: the one that the others' `/cluster`, which is what their store says, call the
///    leader, if that one does not answer. One that answers, and not with 200, is none any more.
///
/// @param primaries what members answered to `/primary`, by name
/// @param clusters what members answered to `/cluster`
/// @param config what a member answered to `/config`; null if none did
record RestRound(
    Map<String, RestApi.Reply> primaries, List<JsonObject> clusters, @Nullable JsonObject config) {

  /// What is known after this round.
  ///
  /// @param doubt why it settles nothing; empty if it does
  /// @param contradictory whether members contradict each other, so that what was settled before
  ///   does not count either
  record Finding(PatroniView view, String doubt, boolean contradictory) {}

  Finding after(PatroniView before) {
    Members members = clusters.isEmpty() ? null : members(clusters.getFirst());
    Set<String> names = (members == null ? before.apis() : members.apis()).keySet();
    List<String> holders = holdersByTheirOwnWord(names);
    String told = leaderByOthers();
    String holder = holders.isEmpty() ? (mayBelieve(told) ? told : null) : holders.getFirst();
    PatroniView view =
        new PatroniView(
            new PatroniView.Revision(0, 0),
            members == null ? before.members() : members.declared(),
            members == null ? before.apis() : members.apis(),
            holder,
            false,
            rules(before),
            members == null ? before.synchronous() : members.synchronous(),
            clusters.isEmpty() ? null : scheduled(clusters.getFirst()),
            systemIdentifier(before));
    return new Finding(view, doubt(holders), holders.size() > 1);
  }

  private String doubt(List<String> holders) {
    if (holders.size() > 1) {
      return String.join(" and ", holders) + " all say that they hold the leader key";
    }
    if (!holders.isEmpty() || !clusters.isEmpty()) {
      return "";
    }
    return primaries.values().stream().anyMatch(reply -> reply.failure().equals(RestApi.REFUSED))
        ? "Patroni's REST API refuses our user and password"
        : "no member's REST API answers";
  }

  /// Of those whose name is known: Patroni's answer does not contain it.
  private List<String> holdersByTheirOwnWord(Set<String> names) {
    List<String> holders = new ArrayList<>();
    primaries.forEach((name, reply) -> {
      if (reply.status() == 200 && names.contains(name)) {
        holders.add(name);
      }
    });
    holders.sort(Comparator.naturalOrder());
    return holders;
  }

  /// Null when they name none, or not the same.
  private @Nullable String leaderByOthers() {
    String leader = null;
    for (JsonObject cluster : clusters) {
      String named = null;
      for (JsonObject member : cluster.objects("members")) {
        String role = member.text("role", "");
        named =
            role.equals("leader") || role.equals("standby_leader") ? member.text("name") : named;
      }
      if (named == null || (leader != null && !leader.equals(named))) {
        return null;
      }
      leader = named;
    }
    return leader;
  }

  private boolean mayBelieve(@Nullable String told) {
    RestApi.Reply own = told == null ? null : primaries.get(told);
    return own == null || own.status() == 0;
  }

  private record Members(
      List<DeclaredMember> declared, Map<String, StoreAddress> apis, List<String> synchronous) {}

  private static Members members(JsonObject cluster) {
    Map<String, DeclaredMember> declared = new LinkedHashMap<>();
    Map<String, StoreAddress> apis = new LinkedHashMap<>();
    List<String> synchronous = new ArrayList<>();
    for (JsonObject member : cluster.objects("members")) {
      String name = member.text("name");
      String host = member.text("host");
      long port = member.number("port", 5432);
      if (name != null && host != null && port >= 1 && port <= 65_535) {
        HostPort address = new HostPort(host, (int) port);
        declared.put(
            name,
            new DeclaredMember(name, address, PatroniKeys.tags(member), PatroniKeys.state(member)));
        StoreAddress api = StoreAddress.parse(member.text("api_url", ""), RestSettings.PORT);
        if (api != null) {
          apis.put(name, api);
        }
        if (member.text("role", "").matches("(sync|quorum)_standby")) {
          synchronous.add(name);
        }
      }
    }
    return new Members(List.copyOf(declared.values()), apis, synchronous);
  }

  private PatroniView.Rules rules(PatroniView before) {
    PatroniView.Rules rules = config == null ? before.rules() : PatroniKeys.rules(config);
    boolean paused = clusters.isEmpty() ? rules.paused() : clusters.getFirst().isTrue("pause");
    return new PatroniView.Rules(rules.ttl(), paused, rules.failsafe());
  }

  /// Only those for later are to be seen there: `{"at":"…","from":"node2","to":"node1"}`.
  private static PatroniView.@Nullable Announced scheduled(JsonObject cluster) {
    JsonObject planned = cluster.object("scheduled_switchover");
    String from = planned.text("from");
    String to = planned.text("to");
    return planned.members().isEmpty()
        ? null
        : new PatroniView.Announced(
            0, new Claims.Handover(from, to), PatroniKeys.instant(planned.text("at")));
  }

  /// A member of another cluster at the same address would say another one: then none counts.
  private long systemIdentifier(PatroniView before) {
    long found = 0;
    for (RestApi.Reply reply : primaries.values()) {
      JsonObject body = reply.body();
      long own =
          body == null ? 0 : PatroniKeys.identifier(body.text("database_system_identifier", ""));
      if (own != 0 && found != 0 && own != found) {
        return 0;
      }
      found = own == 0 ? found : own;
    }
    return found == 0 ? before.systemIdentifier() : found;
  }
}
