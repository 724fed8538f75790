package io.trunkline.health.patroni;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object of JSON, asked by name. A value of another type than asked for is as good as absent:
/// versions of Patroni differ in what they write, and more in what they leave out.
record JsonObject(Map<?, ?> members) {

  static JsonObject of(@Nullable Object value) throws JsonMistake {
    if (value instanceof Map<?, ?> members) {
      return new JsonObject(members);
    }
    throw new JsonMistake("not an object");
  }

  @Nullable String text(String name) {
    return members.get(name) instanceof String text && !text.isEmpty() ? text : null;
  }

  String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  long number(String name, long otherwise) {
    return members.get(name) instanceof Number number ? number.longValue() : otherwise;
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  /// The objects in a list; other elements are passed over.
  List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    if (members.get(name) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Map<?, ?> object) {
          objects.add(new JsonObject(object));
        }
      }
    }
    return objects;
  }

  /// An object inside this one; empty when there is none.
  JsonObject object(String name) {
    return new JsonObject(members.get(name) instanceof Map<?, ?> object ? object : Map.of());
  }

  /// All its values that are words, numbers or booleans, as texts.
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    members.forEach((name, value) -> {
      if (value instanceof String || value instanceof Number || value instanceof Boolean) {
        texts.put(name.toString(), value.toString());
      }
    });
    return texts;
  }
}
