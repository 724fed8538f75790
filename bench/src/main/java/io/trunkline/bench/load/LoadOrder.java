package io.trunkline.bench.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// What the generator is to do, and against whom. Goes to its process as one line of `name=value`
/// words.
///
/// @param port of the proxy, on 127.0.0.1
/// @param tls whether the clients ask for TLS, and trust whoever answers
/// @param clients connections that work
/// @param depth requests a client sends at once, before it reads the answers
/// @param rate turns begun a second over all clients, whatever the answers do; 0: each client
///   begins its next turn when the last has ended
/// @param idle further connections, that only log in
/// @param outage whether the server goes away in the measured time: a client that gets an error
///   waits a moment then, and connects anew where it has to
/// @param warmUp time of work before the measured time
/// @param measured time that is measured
public record LoadOrder(
    int port,
    Login login,
    boolean tls,
    Work work,
    int clients,
    int depth,
    int rate,
    int idle,
    boolean outage,
    Duration warmUp,
    Duration measured) {

  /// Who the clients are.
  public record Login(String user, String password, String database) {}

  String line() {
    return String.join(
        " ",
        "port=" + port,
        "user=" + login.user,
        "password=" + login.password,
        "database=" + login.database,
        "tls=" + tls,
        "work=" + work.name().toLowerCase(Locale.ROOT),
        "clients=" + clients,
        "depth=" + depth,
        "rate=" + rate,
        "idle=" + idle,
        "outage=" + outage,
        "warm_up=" + warmUp.toMillis(),
        "measured=" + measured.toMillis());
  }

  static LoadOrder parse(String line) {
    Map<String, String> words = words(line);
    return new LoadOrder(
        number(words, "port"),
        new Login(word(words, "user"), word(words, "password"), word(words, "database")),
        Boolean.parseBoolean(word(words, "tls")),
        Work.valueOf(word(words, "work").toUpperCase(Locale.ROOT)),
        number(words, "clients"),
        number(words, "depth"),
        number(words, "rate"),
        number(words, "idle"),
        Boolean.parseBoolean(word(words, "outage")),
        Duration.ofMillis(number(words, "warm_up")),
        Duration.ofMillis(number(words, "measured")));
  }

  /// The `name=value` words of a line.
  static Map<String, String> words(String line) {
    Map<String, String> words = new HashMap<>();
    for (String word : line.strip().split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("'%s' is not name=value".formatted(word));
      }
      words.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return words;
  }

  static String word(Map<String, String> words, String name) {
    return Objects.requireNonNull(words.get(name), () -> "no " + name);
  }

  private static int number(Map<String, String> words, String name) {
    return Integer.parseInt(word(words, name));
  }
}
