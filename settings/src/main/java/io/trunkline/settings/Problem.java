package io.trunkline.settings;

/// One mistake in the settings of a record: the key it is about (relative to the record, dotted for
/// nested ones, empty for the record as a whole), what was found and what is allowed.
public record Problem(String key, String found, String allowed) {}
