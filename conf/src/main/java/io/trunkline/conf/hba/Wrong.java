package io.trunkline.conf.hba;

/// A mistake that leaves nothing to make of a line.
final class Wrong extends Exception {
  private final String allowed;

  Wrong(String found, String allowed) {
    super(found);
    this.allowed = allowed;
  }

  void tell(Line line, Mistakes mistakes) {
    mistakes.add(line, String.valueOf(getMessage()), allowed);
  }
}
