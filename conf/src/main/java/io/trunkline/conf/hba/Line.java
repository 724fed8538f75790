package io.trunkline.conf.hba;

import java.util.List;

/// A line that says something, taken apart.
///
/// @param number of its first physical line, from 1
/// @param fields never empty, and none of them is
record Line(String file, int number, List<List<Token>> fields) {
  Line {
    fields = List.copyOf(fields);
  }

  String place() {
    return file + ":" + number;
  }
}
