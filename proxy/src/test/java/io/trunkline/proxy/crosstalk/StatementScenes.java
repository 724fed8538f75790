package io.trunkline.proxy.crosstalk;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.closeStatement;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.describeStatement;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;

import io.trunkline.proxy.crosstalk.Belongings.Prepared;
import io.trunkline.proxy.rig.Answer;
import java.io.IOException;
import java.util.List;

/// Prepared statements: all guests use the same few names, some for the same text and some for
/// their own.
final class StatementScenes {
  private static final List<String> NAMES = List.of("s1", "s2", "s3", "a statement");
  private static final String SHARED = "SELECT current_setting('application_name') || $1::text";
  private static final String WHO = "SELECT name || $1::text FROM who";
  private static final String SHAPE = "SELECT *, $1::text FROM shape";

  private StatementScenes() {}

  static void addTo(Scenes scenes) {
    scenes
        .add(12, "named statement", StatementScenes::named)
        .add(3, "named statement in a transaction", StatementScenes::inTransaction)
        .add(2, "statement name taken", StatementScenes::taken)
        .add(2, "statement unknown", StatementScenes::unknown)
        .add(3, "unnamed statement kept", StatementScenes::unnamedKept)
        .add(4, "statements in a pipeline", StatementScenes::pipeline)
        .add(2, "statement skipped by an error", StatementScenes::skipped)
        .add(1, "deallocate", StatementScenes::deallocate);
  }

  private static String name(Guest guest) {
    return NAMES.get(guest.random().nextInt(NAMES.size()));
  }

  private static String text(Guest guest) {
    return switch (guest.random().nextInt(4)) {
      case 0 -> SHARED;
      case 1 -> WHO;
      case 2 -> SHAPE;
      default -> "SELECT 'text of %s' || $1::text".formatted(guest.next());
    };
  }

  /// Makes sure that there is a statement of this name that PostgreSQL would still run as it is.
  private static void prepare(Guest guest, String name) throws IOException {
    Prepared known = guest.statements().get(name);
    boolean stale = known != null && !known.schema().equals(schema(guest));
    if (known != null && (stale || guest.chance(0.2))) {
      guest.sync(closeStatement(name));
      guest.statements().remove(name);
    }
    if (!guest.statements().containsKey(name)) {
      Prepared made = new Prepared(text(guest), schema(guest));
      guest.sync(parse(name, made.text()), describeStatement(name));
      guest.statements().put(name, made);
    }
  }

  private static String schema(Guest guest) {
    return guest.own().schema();
  }

  private static byte[] run(String name, String tag) {
    return concat(bind("", name, tag), execute("", 0));
  }

  private static void verify(Guest guest, Prepared statement, String tag, Answer answer) {
    verify(guest, statement, tag, answer.rows().getFirst(), answer);
  }

  private static void verify(
      Guest guest, Prepared statement, String tag, List<String> row, Answer context) {
    String schema = schema(guest);
    switch (statement.text()) {
      case SHARED -> guest.expect(row.getFirst(), guest.own().get(Belongings.NAME) + tag, context);
      case WHO -> guest.expect(row.getFirst(), schema + tag, context);
      case SHAPE -> {
        guest.expect(row.size(), House.columns(schema) + 1, context);
        guest.expect(row.getFirst(), schema, context);
        guest.expect(row.getLast(), tag, context);
      }
      default -> {
        String text = statement.text();
        String own = text.substring(text.indexOf('\'') + 1, text.lastIndexOf('\''));
        guest.expect(row.getFirst(), own + tag, context);
      }
    }
  }

  private static void named(Guest guest) throws IOException {
    String name = name(guest);
    prepare(guest, name);
    for (int i = guest.random().nextInt(3); i >= 0; i--) {
      String tag = guest.next();
      verify(guest, guest.statements().get(name), tag, guest.sync(run(name, tag)));
    }
  }

  private static void inTransaction(Guest guest) throws IOException {
    guest.query("BEGIN");
    named(guest);
    named(guest);
    guest.query(guest.chance(0.5) ? "COMMIT" : "ROLLBACK"); // statements outlive both
    named(guest);
  }

  private static void taken(Guest guest) throws IOException {
    String name = name(guest);
    prepare(guest, name);
    Prepared known = guest.statements().get(name);
    String text = guest.chance(0.5) ? known.text() : "SELECT 'never'";
    Answer refused = guest.ask(parse(name, text), sync());
    guest.expect(refused.sqlState(), "42P05", refused);
    String tag = guest.next();
    verify(guest, known, tag, guest.sync(run(name, tag)));
  }

  private static void unknown(Guest guest) throws IOException {
    String name = name(guest);
    guest.sync(closeStatement(name));
    guest.statements().remove(name);
    Answer refused = guest.ask(run(name, guest.next()), sync());
    guest.expect(refused.sqlState(), "26000", refused);
    Answer undescribed = guest.ask(describeStatement(name), sync());
    guest.expect(undescribed.sqlState(), "26000", undescribed);
  }

  private static void unnamedKept(Guest guest) throws IOException {
    String own = guest.next();
    guest.sync(parse("", "SELECT '%s' || $1::text".formatted(own)));
    for (int i = guest.random().nextInt(3); i >= 0; i--) {
      named(guest);
      String tag = guest.next();
      Answer answer = guest.sync(run("", tag));
      guest.expect(answer.value(), own + tag, answer);
    }
  }

  private static void pipeline(Guest guest) throws IOException {
    String first = name(guest);
    String second = name(guest);
    prepare(guest, first);
    prepare(guest, second);
    int rounds = 1 + guest.random().nextInt(20);
    String tag = guest.next();
    byte[][] messages = new byte[rounds][];
    for (int i = 0; i < rounds; i++) {
      byte[] one = run(i % 2 == 0 ? first : second, tag + "/" + i);
      byte[] two = concat(parse("", "SELECT '%s'".formatted(tag + "+" + i)), run0());
      messages[i] = guest.chance(0.5) ? concat(one, two, sync()) : concat(one, sync(), two, sync());
    }
    byte[] end = query("SELECT '%s end'".formatted(tag));
    guest.client().send(concat(messages), end);
    for (int i = 0; i < rounds; ) {
      Answer answer = guest.read();
      guest.check(answer.error().isEmpty(), "no error", answer);
      List<List<String>> rows = answer.rows();
      Prepared statement = guest.statements().get(i % 2 == 0 ? first : second);
      verify(guest, statement, tag + "/" + i, rows.getFirst(), answer);
      List<List<String>> rest = rows.size() == 2 ? rows.subList(1, 2) : guest.read().rows();
      guest.expect(rest, List.of(List.of(tag + "+" + i)), answer);
      i++;
    }
    Answer last = guest.read();
    guest.expect(last.value(), tag + " end", last);
  }

  private static byte[] run0() {
    return concat(bind("", ""), execute("", 0));
  }

  /// A Parse behind an error has not happened.
  private static void skipped(Guest guest) throws IOException {
    String name = name(guest);
    guest.sync(closeStatement(name));
    guest.statements().remove(name);
    byte[] bad = concat(parse("", "SELECT 1/0"), run0());
    Answer failed = guest.ask(bad, parse(name, "SELECT 'never'"), sync());
    guest.expect(failed.sqlState(), "22012", failed);
    Answer refused = guest.ask(bind("", name), sync());
    guest.expect(refused.sqlState(), "26000", refused);
    named(guest);
  }

  private static void deallocate(Guest guest) throws IOException {
    if (guest.chance(0.5)) {
      guest.query("DEALLOCATE ALL");
      guest.statements().clear();
    } else {
      prepare(guest, "s1");
      guest.query("DEALLOCATE s1");
      guest.statements().remove("s1");
    }
    Answer refused = guest.ask(run("s1", guest.next()), sync());
    guest.expect(refused.sqlState(), "26000", refused);
  }
}
