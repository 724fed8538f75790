package io.trunkline.health.patroni;

/// A text that is not the JSON it should be; says where.
final class JsonMistake extends Exception {
  private static final long serialVersionUID = 1;

  JsonMistake(String found, int at) {
    super(found + " at character " + at);
  }

  JsonMistake(String message) {
    super(message);
  }
}
