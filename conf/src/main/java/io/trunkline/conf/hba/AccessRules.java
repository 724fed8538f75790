package io.trunkline.conf.hba;

import io.trunkline.conf.hba.Outside.Unanswered;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything the files say. Immutable.
///
/// @param rules in their order: the first that is about a client decides
/// @param maps of names
public record AccessRules(List<HbaRule> rules, IdentMaps maps) {
  public AccessRules {
    rules = List.copyOf(rules);
  }

  /// The first rule about this client; null for none, and then it may not come in.
  ///
  /// @throws Unanswered when a rule cannot be passed by, nor followed, because nobody knows whether
  ///   it is about this client
  public @Nullable HbaRule first(HbaClient client, Outside outside) throws Unanswered {
    for (HbaRule rule : rules) {
      try {
        if (rule.includes(client, outside)) {
          return rule;
        }
      } catch (Unanswered unknown) {
        throw new Unanswered(rule.place() + ": " + unknown.getMessage());
      }
    }
    return null;
  }

  /// Whether [#first] compares texts and bytes only, and asks nobody.
  public boolean isQuick() {
    return rules.stream().allMatch(rule -> rule.whom().isQuick());
  }

  /// Whether somebody has to be asked who is in which group.
  public boolean asksForGroups() {
    return maps.asksForGroups() || rules.stream().anyMatch(rule -> rule.whom().asksForGroups());
  }
}
