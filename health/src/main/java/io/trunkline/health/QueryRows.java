package io.trunkline.health;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a query returned, as texts: its first rows, and how many columns they have.
public record QueryRows(int columns, List<List<@Nullable String>> rows) {
  public QueryRows {
    List<List<@Nullable String>> copies = new ArrayList<>(rows.size());
    for (List<@Nullable String> row : rows) {
      copies.add(Collections.unmodifiableList(new ArrayList<>(row))); // null is a value here
    }
    rows = Collections.unmodifiableList(copies);
  }
}
