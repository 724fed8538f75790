package io.trunkline.protocol.sql;

/// A prepared statement's name in a text: the name as PostgreSQL reads it (bytes as ISO-8859-1) and
/// the range of the buffer it was read from, quotes included, so that another name can be put
/// there.
public record StatementName(String name, int start, int end) {}
