package io.trunkline.conf.pgbouncer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A part of `trunkline.yml` in the making.
sealed interface Draft {

  /// A single value.
  ///
  /// @param from the line it comes from; null where no line says it
  record Value(String text, @Nullable Place from) implements Draft {}

  /// Items in their order.
  record Items(List<Draft> items) implements Draft {
    static Items of(List<String> texts, @Nullable Place from) {
      List<Draft> values = new ArrayList<>();
      texts.forEach(text -> values.add(new Value(text, from)));
      return new Items(values);
    }
  }

  /// Keys with their values.
  record Section(Map<String, Draft> keys) implements Draft {
    Section() {
      this(new LinkedHashMap<>());
    }

    /// Sets a value by its dotted key.
    void set(String key, String text, @Nullable Place from) {
      set(key, new Value(text, from));
    }

    /// Sets a part by its dotted key.
    void set(String key, Draft part) {
      int dot = key.indexOf('.');
      if (dot < 0) {
        keys.put(key, part);
      } else {
        section(key.substring(0, dot)).set(key.substring(dot + 1), part);
      }
    }

    /// Sets a part by a name, which may have dots of its own.
    void put(String name, Draft part) {
      keys.put(name, part);
    }

    /// The section of this name, made where there is none; the name is taken as it is.
    Section section(String name) {
      if (keys.computeIfAbsent(name, _ -> new Section()) instanceof Section below) {
        return below;
      }
      throw new IllegalStateException(name + " is no section");
    }

    /// Has everything the other has.
    void add(Section other) {
      other.keys.forEach((key, part) -> {
        if (part instanceof Section more) {
          section(key).add(more);
        } else {
          keys.put(key, part);
        }
      });
    }

    /// The text at a dotted key; null for none.
    @Nullable String text(String key) {
      int dot = key.indexOf('.');
      Draft part = keys.get(dot < 0 ? key : key.substring(0, dot));
      if (dot >= 0) {
        return part instanceof Section below ? below.text(key.substring(dot + 1)) : null;
      }
      return part instanceof Value value ? value.text : null;
    }

    boolean isEmpty() {
      return keys.isEmpty();
    }
  }
}
