package io.trunkline.settings;

/// An enum whose words in the file are not its constants' names in lower case.
public interface Worded {

  /// This constant as the file writes it.
  String word();
}
