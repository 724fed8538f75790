package io.trunkline.settings;

import org.jspecify.annotations.Nullable;

/// A whole number and the word right after it, as durations and sizes are written: `250ms`,
/// `16MiB`.
record Amount(long number, String unit) {

  /// More digits than this are no setting of anybody's; fewer always fit a long.
  private static final int DIGITS_MAX = 18;

  private static final int UNIT_CHARS_MAX = 3;

  /// Null when the text does not begin with a digit, or its number or unit is too long to be one.
  static @Nullable Amount parse(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0 || digits > DIGITS_MAX || text.length() - digits > UNIT_CHARS_MAX) {
      return null;
    }
    return new Amount(Long.parseLong(text.substring(0, digits)), text.substring(digits));
  }

  /// Nothing of anything is the same in every unit.
  boolean isBareZero() {
    return number == 0 && unit.isEmpty();
  }
}
