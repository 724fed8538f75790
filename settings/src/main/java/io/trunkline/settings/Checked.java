package io.trunkline.settings;

import java.util.List;

/// A settings record that can say what is impossible about its own values taken together. A value
/// that is wrong by itself (type, unit, unknown word) is found by the reader of the file.
public interface Checked {

  /// Every mistake, empty when there is none; a wrong record never throws when it is made.
  List<Problem> problems();
}
