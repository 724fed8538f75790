package io.trunkline.conf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Turns the text of one YAML 1.2 document into [YamlNode]s. Bounded in depth and in what aliases
/// may blow up to (the "billion laughs"); knows no tags.
final class YamlReader {

  /// Far deeper than any setting stands.
  private static final int DEPTH_MAX = 32;

  /// Values in the document when every alias is written out.
  private static final int WEIGHT_MAX = 200_000;

  private final Iterator<Event> events;
  private final Map<Anchor, YamlNode> anchors = new HashMap<>();

  private YamlReader(Iterator<Event> events) {
    this.events = events;
  }

  /// The document, or null when the text has none.
  static @Nullable YamlNode read(String text) throws Refused {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      return new YamlReader(new Parse(settings).parseString(text).iterator()).document();
    } catch (YamlEngineException e) {
      throw YamlMistake.of(e, text);
    }
  }

  private @Nullable YamlNode document() throws Refused {
    events.next(); // the stream begins
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return null;
    }
    YamlNode root = node(events.next(), 0);
    events.next(); // the document ends
    Event after = events.next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw new Refused(line(after), "a second document", "one document in a file");
    }
    return root;
  }

  private YamlNode node(Event event, int depth) throws Refused {
    if (depth > DEPTH_MAX) {
      throw new Refused(line(event), "deeper nesting", "at most " + DEPTH_MAX + " levels");
    }
    if (event instanceof AliasEvent alias) {
      return aliased(alias);
    }
    refuseTag(event);
    YamlNode node =
        switch (event) {
          case ScalarEvent scalar ->
              new YamlNode.Text(scalar.getValue(), scalar.isPlain(), line(event));
          case SequenceStartEvent start -> sequence(start, depth);
          case MappingStartEvent start -> mapping(start, depth);
          default -> throw new IllegalStateException("no node begins with " + event.getEventId());
        };
    if (node.weight() > WEIGHT_MAX) {
      throw new Refused(node.line(), "too many values", "at most " + WEIGHT_MAX);
    }
    // Known only from here on: an alias cannot stand inside what it repeats.
    ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    return node;
  }

  private YamlNode aliased(AliasEvent alias) throws Refused {
    YamlNode node = anchors.get(alias.getAlias());
    if (node == null) {
      throw new Refused(
          line(alias),
          "an alias (*) without its anchor (&) before it",
          "a text that begins with * in quotes");
    }
    return node;
  }

  private YamlNode sequence(Event start, int depth) throws Refused {
    List<YamlNode> items = new ArrayList<>();
    long weight = 1;
    for (Event next = events.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = events.next()) {
      YamlNode item = node(next, depth + 1);
      items.add(item);
      weight += item.weight();
    }
    return new YamlNode.Sequence(List.copyOf(items), line(start), clamp(weight));
  }

  private YamlNode mapping(Event start, int depth) throws Refused {
    List<YamlNode.Entry> entries = new ArrayList<>();
    long weight = 1;
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      YamlNode key = node(next, depth + 1);
      YamlNode value = node(events.next(), depth + 1);
      entries.add(new YamlNode.Entry(key, value));
      weight += key.weight() + value.weight();
    }
    return new YamlNode.Mapping(List.copyOf(entries), line(start), clamp(weight));
  }

  private static int clamp(long weight) {
    return (int) Math.min(weight, Integer.MAX_VALUE);
  }

  private static void refuseTag(Event event) throws Refused {
    Optional<?> tag =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag();
          case SequenceStartEvent start -> start.getTag();
          case MappingStartEvent start -> start.getTag();
          default -> Optional.empty();
        };
    if (tag.isPresent()) {
      throw new Refused(line(event), "a YAML tag (!)", "a text that begins with ! in quotes");
    }
  }

  private static int line(Event event) {
    return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
