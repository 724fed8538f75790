package io.trunkline.health.patroni;

import io.trunkline.health.Claims;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.etcd.Entry;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Patroni writes into its store, read. Pure.
///
/// Patroni's source, `dcs/__init__.py`: `leader`, `members/NAME`, `config`, `failover`, `sync`,
/// `initialize`, `failsafe`, `status`, `history`. Values that cannot be read are passed over, each
/// with a complaint, and never make the rest unreadable.
final class PatroniKeys {
  private static final String MEMBERS = "members/";
  private static final int MEMBERS_MAX = 256;

  private final Keyspace keys;
  private final List<String> complaints = new ArrayList<>();
  private final List<DeclaredMember> members = new ArrayList<>();
  private final Map<String, StoreAddress> apis = new LinkedHashMap<>();

  private PatroniKeys(Keyspace keys) {
    this.keys = keys;
  }

  /// What was read, and what could not be.
  record Reading(PatroniView view, List<String> complaints) {}

  static Reading read(Keyspace keyspace) {
    PatroniKeys keys = new PatroniKeys(keyspace);
    PatroniView view = keys.view();
    return new Reading(view, List.copyOf(keys.complaints));
  }

  private PatroniView view() {
    keys.entries()
        .forEach((key, entry) -> {
          if (key.startsWith(MEMBERS) && members.size() < MEMBERS_MAX) {
            member(key.substring(MEMBERS.length()), entry.value());
          }
        });
    Entry leader = keys.entries().get("leader");
    return new PatroniView(
        new PatroniView.Revision(keys.store(), keys.revision()),
        members,
        apis,
        leader == null || leader.value().isEmpty() ? null : leader.value(),
        leader != null && leader.createRevision() < leader.modRevision(),
        rules(),
        synchronous(),
        announced(),
        systemIdentifier());
  }

  private void member(String name, String value) {
    JsonObject data = object(MEMBERS + name, value);
    HostPort address = data == null ? null : ConnUrl.address(data.text("conn_url", ""));
    if (data == null) {
      return;
    } else if (address == null || name.isEmpty()) {
      complaints.add(MEMBERS + name + " has no conn_url that can be read");
      return;
    }
    members.add(new DeclaredMember(name, address, tags(data), state(data)));
    StoreAddress api = StoreAddress.parse(data.text("api_url", ""), RestSettings.PORT);
    if (api != null) {
      apis.put(name, api);
    }
  }

  /// Tags as labels: `true` and numbers become words.
  static Map<String, String> tags(JsonObject member) {
    return member.object("tags").texts();
  }

  /// State and role by Patroni's word. Version 4 says `primary` where 3 says `master`.
  static String state(JsonObject member) {
    String role = member.text("role", "");
    String word = role.equals("master") ? "primary" : role;
    return (member.text("state", "") + " " + word).trim();
  }

  private PatroniView.Rules rules() {
    String text = keys.value("config");
    JsonObject config = text == null ? null : object("config", text);
    return config == null ? PatroniView.Rules.DEFAULT : rules(config);
  }

  static PatroniView.Rules rules(JsonObject config) {
    long seconds = config.number("ttl", PatroniView.Rules.DEFAULT.ttl().toSeconds());
    return new PatroniView.Rules(
        Duration.ofSeconds(Math.clamp(seconds, 1, 86_400)),
        config.isTrue("pause"),
        config.isTrue("failsafe_mode"));
  }

  /// `{"leader":"node1","sync_standby":"node2,node3"}`; in quorum mode too.
  private List<String> synchronous() {
    String text = keys.value("sync");
    JsonObject sync = text == null || text.isEmpty() ? null : object("sync", text);
    if (sync == null) {
      return List.of();
    }
    return Arrays.stream(sync.text("sync_standby", "").split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /// `{"leader":"node2","member":"node1","scheduled_at":"…"}`; empty once it is over.
  private PatroniView.@Nullable Announced announced() {
    Entry entry = keys.entries().get("failover");
    JsonObject failover =
        entry == null || entry.value().isEmpty() ? null : object("failover", entry.value());
    return failover == null || entry == null ? null : announced(failover, entry.modRevision());
  }

  static PatroniView.@Nullable Announced announced(JsonObject failover, long id) {
    String from = failover.text("leader");
    String to = failover.text("member");
    if (from == null && to == null) {
      return null;
    }
    return new PatroniView.Announced(
        id, new Claims.Handover(from, to), instant(failover.text("scheduled_at")));
  }

  static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    } catch (DateTimeParseException expected) { // then it counts from now on
      return null;
    }
  }

  private long systemIdentifier() {
    String text = keys.value("initialize");
    return text == null ? 0 : identifier(text);
  }

  /// 0 for what is no identifier, as while the cluster is being bootstrapped.
  static long identifier(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException expected) {
      return 0;
    }
  }

  private @Nullable JsonObject object(String key, String value) {
    try {
      return Json.object(value);
    } catch (JsonMistake e) {
      complaints.add(key + " cannot be read: " + e.getMessage());
      return null;
    }
  }
}
