package io.trunkline.embedded;

/// How far the long tests go: by default as far as tells something in minutes; all the way with
/// `-Dtrunkline.tests=all`, which is what `./trunkline test --all` says.
public enum Depth {
  USUAL,
  ALL;

  private static final Depth CHOSEN = parse(System.getProperty("trunkline.tests", "usual"));

  static Depth parse(String name) {
    return switch (name) {
      case "usual" -> USUAL;
      case "all" -> ALL;
      default ->
          throw new IllegalArgumentException(
              "trunkline.tests is '" + name + "', allowed are usual, all");
    };
  }

  /// The first number usually, the second one when everything is to be tried.
  public static int of(int usual, int all) {
    return CHOSEN == ALL ? all : usual;
  }
}
