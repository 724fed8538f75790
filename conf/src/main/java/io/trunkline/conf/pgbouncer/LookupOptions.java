package io.trunkline.conf.pgbouncer;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The options about `auth_query` that databases may have of their own, where one for all is to be
/// found: what every database that says something says becomes the process's word.
record LookupOptions(Draft.Section root, Report report) {
  private static final Map<String, String> KEYS =
      Map.of(
          "auth_user", "auth.query_user",
          "auth_dbname", "auth.query_database",
          "auth_query", "auth.query");

  void gather(Collection<Assignments> databases) {
    new TreeMap<>(KEYS)
        .descendingMap()
        .forEach((option, key) ->
            gather(option, key, databases.stream().filter(one -> one.isGiven(option)).toList()));
  }

  private void gather(String option, String key, List<Assignments> databases) {
    Map<String, Place> values = new HashMap<>();
    databases.forEach(one -> values.putIfAbsent(one.text(option), one.place(option)));
    String present = root.text(key);
    if (present == null && values.size() == 1) {
      values.forEach((text, place) -> root.set(key, text, place));
      return;
    }
    values.forEach((text, place) -> {
      if (!text.equals(present)) {
        report.mistake(place, "another " + option + " than elsewhere", "one for all databases");
      }
    });
  }
}
