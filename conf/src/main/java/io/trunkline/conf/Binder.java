package io.trunkline.conf;

import io.trunkline.settings.Checked;
import io.trunkline.settings.Partial;
import io.trunkline.settings.ScalarText;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import io.trunkline.settings.SettingField;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills settings records from the file, by their `@Setting` annotations alone. A mistake is added
/// to the findings and a [StandIn] takes the value's place, so that one look finds every mistake.
final class Binder {

  private final Findings findings;
  private final ScalarBinder scalars;
  private final SecretBinder secrets;
  private final Keys keys;

  Binder(Findings findings, ScalarBinder scalars, SecretBinder secrets) {
    this.findings = findings;
    this.scalars = scalars;
    this.secrets = secrets;
    this.keys = new Keys(findings);
  }

  <R extends Record> R record(Class<R> type, YamlNode node, KeyPath at) {
    findings.note(at, node.line());
    List<SettingField> fields = SettingField.of(type);
    Map<String, YamlNode> given = given(fields, node, at);
    @Nullable Object[] values = new @Nullable Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      SettingField field = fields.get(i);
      values[i] = given == null ? StandIn.of(field) : value(field, given, node.line(), at);
    }
    R record = SettingField.make(type, values);
    if (record instanceof Checked checked && !findings.isBroken(at)) {
      checked.problems().forEach(p -> findings.add(at.below(p.key()), p.found(), p.allowed()));
    }
    return record;
  }

  /// What the file says about each key; null after telling that there can be no keys. Nothing at
  /// all is as good as an empty mapping.
  private @Nullable Map<String, YamlNode> given(
      List<SettingField> fields, YamlNode node, KeyPath at) {
    List<String> allowed = fields.stream().map(SettingField::key).toList();
    return switch (node) {
      case YamlNode.Mapping mapping -> keys.known(mapping, at, allowed);
      case YamlNode.Text text when text.isNothing() -> Map.of();
      case YamlNode.Text text -> {
        for (SettingField field : fields) {
          if (field.setting().shorthand()) {
            findings.note(at.child(field.key()), text.line());
            yield Map.of(field.key(), text);
          }
        }
        yield wrongKind(node, at, "the keys " + String.join(" | ", allowed));
      }
      case YamlNode.Sequence _ -> wrongKind(node, at, "the keys " + String.join(" | ", allowed));
    };
  }

  private @Nullable Map<String, YamlNode> wrongKind(YamlNode node, KeyPath at, String allowed) {
    findings.add(at, node.line(), node.kind(), allowed);
    return null;
  }

  private @Nullable Object value(
      SettingField field, Map<String, YamlNode> given, int line, KeyPath record) {
    KeyPath at = record.child(field.key());
    YamlNode node = given.get(field.key());
    if (node == null) {
      if (field.setting().required()) {
        findings.add(at, line, "nothing", allowed(field));
      }
      return StandIn.of(field);
    }
    Object value =
        switch (field.type()) {
          case Class<?> type when type == List.class -> list(field, node, at);
          case Class<?> type when type == Map.class -> map(field, node, at);
          case Class<?> type when type == Partial.class ->
              partial(recordType(field.argument(0)), node, at);
          case Class<?> type -> one(type, node, at, field.setting());
        };
    if (field.isNullable() && "".equals(value)) {
      findings.add(at, node.line(), "an empty text", "a text, or nothing: leave the key out");
      return null;
    }
    return value == null ? StandIn.of(field) : value;
  }

  private static String allowed(SettingField field) {
    Class<?> type = field.type();
    if (ScalarText.isScalar(type)) {
      return ScalarBinder.allowed(type, field.setting());
    } else if (type == Secret.class) {
      return SecretBinder.ALLOWED;
    } else if (type == List.class) {
      return "a list";
    }
    return "a mapping of keys";
  }

  private @Nullable Object one(Class<?> type, YamlNode node, KeyPath at, Setting setting) {
    if (type == Secret.class) {
      return secrets.bind(node, at);
    } else if (ScalarText.isScalar(type)) {
      return scalars.bind(type, node, at, setting);
    }
    return record(recordType(type), node, at);
  }

  private @Nullable List<Object> list(SettingField field, YamlNode node, KeyPath at) {
    if (!(node instanceof YamlNode.Sequence sequence)) {
      findings.add(at, node.line(), node.kind(), "a list");
      return null;
    }
    Class<?> element = (Class<?>) field.argument(0);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      YamlNode item = sequence.items().get(i);
      KeyPath path = at.item(i);
      findings.note(path, item.line());
      Object value = one(element, item, path, field.setting());
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  private @Nullable Map<String, Object> map(SettingField field, YamlNode node, KeyPath at) {
    if (node instanceof YamlNode.Text text && text.isNothing()) {
      return Map.of();
    }
    if (!(node instanceof YamlNode.Mapping mapping)) {
      findings.add(at, node.line(), node.kind(), "a mapping of names");
      return null;
    }
    Class<?> element = (Class<?>) field.argument(1);
    Map<String, Object> values = new LinkedHashMap<>();
    keys.free(mapping, at)
        .forEach((name, item) -> {
          Object value = one(element, item, at.child(name), field.setting());
          if (value != null) {
            values.put(name, value);
          }
        });
    return values;
  }

  private <R extends Record> Partial<R> partial(Class<R> type, YamlNode node, KeyPath at) {
    List<SettingField> fields = SettingField.of(type);
    Map<String, YamlNode> given = given(fields, node, at);
    Map<String, Object> values = new LinkedHashMap<>();
    for (SettingField field : fields) {
      if (given != null && given.containsKey(field.key())) {
        Object value = value(field, given, node.line(), at);
        if (value != null) {
          values.put(field.key(), value);
        }
      }
    }
    return new Partial<>(type, values);
  }

  private static Class<? extends Record> recordType(Type type) {
    return ((Class<?>) type).asSubclass(Record.class);
  }
}
