package io.trunkline.conf.hba;

import io.trunkline.conf.hba.Outside.Unanswered;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Which name outside may be which user (`check_ident_line` in PostgreSQL's hba.c).
///
/// @param entries in the order of the file; any that matches lets in
public record IdentMaps(List<Entry> entries) {
  /// Of no file.
  public static final IdentMaps NONE = new IdentMaps(List.of());

  /// What stands for the first group of an expression.
  private static final String GROUP = "\\1";

  public IdentMaps {
    entries = List.copyOf(entries);
  }

  /// A line.
  ///
  /// @param place the line as `file:line`
  /// @param outsider whoever has this name outside, or one in which the expression is found
  /// @param user whom it may be
  public record Entry(String place, String map, Outsider outsider, User user) {}

  sealed interface Outsider {
    record Named(String name) implements Outsider {}

    record Like(Regex regex) implements Outsider {}
  }

  sealed interface User {
    record Matching(RoleMatch match) implements User {}

    /// A name with a part of the outside name in it.
    record Made(String text) implements User {}
  }

  static Entry entry(String place, Token map, Token system, Token user)
      throws PatternSyntaxException, Wrong {
    Outsider outside =
        system.isRegex() ? new Outsider.Like(Regex.of(system)) : new Outsider.Named(system.text());
    boolean made =
        outside instanceof Outsider.Like && !user.isRegex() && user.text().contains(GROUP);
    if (made && outside instanceof Outsider.Like(Regex regex) && regex.groups() == 0) {
      throw new Wrong("\\1 for an expression without a group in ( )", "a group, or no \\1");
    }
    return new Entry(
        place,
        map.text(),
        outside,
        made ? new User.Made(user.text()) : new User.Matching(RoleMatch.of(user)));
  }

  /// Whether there is such a map.
  public boolean has(String map) {
    return entries.stream().anyMatch(entry -> entry.map.equals(map));
  }

  /// Whether somebody has to be asked who is in which group.
  boolean asksForGroups() {
    return entries.stream()
        .anyMatch(entry ->
            entry.user instanceof User.Matching(RoleMatch match)
                && match instanceof RoleMatch.Group);
  }

  /// Whether somebody of this name outside may be this user.
  ///
  /// @param map null for none: then the names must be the same
  /// @throws Unanswered when it depends on a group, and nobody can be asked
  public boolean allows(@Nullable String map, String name, String user, Outside outside)
      throws Unanswered {
    if (map == null) {
      return name.equals(user);
    }
    for (Entry entry : entries) {
      if (entry.map.equals(map) && allows(entry, name, user, outside)) {
        return true;
      }
    }
    return false;
  }

  private static boolean allows(Entry entry, String name, String user, Outside outside)
      throws Unanswered {
    String group = "";
    switch (entry.outsider) {
      case Outsider.Named(String only) -> {
        if (!only.equals(name)) {
          return false;
        }
      }
      case Outsider.Like(Regex regex) -> {
        MatchResult found = regex.find(name);
        if (found == null) {
          return false;
        }
        String first = found.groupCount() > 0 ? found.group(1) : null;
        group = first == null ? "" : first;
      }
    }
    return switch (entry.user) {
      case User.Matching(RoleMatch match) -> match.matches(user, outside);
      case User.Made(String text) -> replaceFirst(text, group).equals(user);
    };
  }

  private static String replaceFirst(String text, String by) {
    int at = text.indexOf(GROUP);
    return text.substring(0, at) + by + text.substring(at + GROUP.length());
  }
}
