package io.trunkline.conf.hba;

import io.trunkline.conf.hba.Outside.Unanswered;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// A token that stands for roles (`check_role` in PostgreSQL's hba.c).
sealed interface RoleMatch {

  boolean matches(String role, Outside outside) throws Unanswered;

  /// Whether it is decided by comparing texts.
  default boolean isQuick() {
    return true;
  }

  /// Every one.
  record All() implements RoleMatch {
    @Override
    public boolean matches(String role, Outside outside) {
      return true;
    }
  }

  /// The one of this name.
  record Named(String name) implements RoleMatch {
    @Override
    public boolean matches(String role, Outside outside) {
      return name.equals(role);
    }
  }

  /// The members of this group.
  record Group(String name) implements RoleMatch {
    @Override
    public boolean matches(String role, Outside outside) throws Unanswered {
      return outside.isMember(role, name);
    }

    @Override
    public boolean isQuick() {
      return false;
    }
  }

  /// Those in whose name this is found. How long that takes is up to the expression.
  record Like(Regex regex) implements RoleMatch {
    @Override
    public boolean matches(String role, Outside outside) throws Unanswered {
      return regex.find(role) != null;
    }

    @Override
    public boolean isQuick() {
      return false;
    }
  }

  static RoleMatch of(Token token) throws PatternSyntaxException {
    if (token.isGroup()) {
      return new Group(token.text().substring(1));
    } else if (token.isKeyword("all")) {
      return new All();
    } else if (token.isRegex()) {
      return new Like(Regex.of(token));
    }
    return new Named(token.text());
  }

  static boolean anyMatches(List<RoleMatch> roles, String role, Outside outside) throws Unanswered {
    for (RoleMatch match : roles) {
      if (match.matches(role, outside)) {
        return true;
      }
    }
    return false;
  }
}
