package io.trunkline.conf.hba;

import io.trunkline.conf.hba.Outside.Unanswered;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// A token that stands for databases (`check_db` in PostgreSQL's hba.c).
sealed interface DatabaseMatch {

  boolean matches(HbaClient client, Outside outside) throws Unanswered;

  /// Whether it is decided by comparing texts.
  default boolean isQuick() {
    return true;
  }

  record All() implements DatabaseMatch {
    @Override
    public boolean matches(HbaClient client, Outside outside) {
      return true;
    }
  }

  record SameUser() implements DatabaseMatch {
    @Override
    public boolean matches(HbaClient client, Outside outside) {
      return client.database().equals(client.user());
    }
  }

  record SameRole() implements DatabaseMatch {
    @Override
    public boolean matches(HbaClient client, Outside outside) throws Unanswered {
      return outside.isMember(client.user(), client.database());
    }

    @Override
    public boolean isQuick() {
      return false;
    }
  }

  /// Physical replication, which has no database, and for which nothing else stands.
  record Replication() implements DatabaseMatch {
    @Override
    public boolean matches(HbaClient client, Outside outside) {
      return client.physicalReplication();
    }
  }

  record Named(String name) implements DatabaseMatch {
    @Override
    public boolean matches(HbaClient client, Outside outside) {
      return name.equals(client.database());
    }
  }

  record Like(Regex regex) implements DatabaseMatch {
    @Override
    public boolean matches(HbaClient client, Outside outside) throws Unanswered {
      return regex.find(client.database()) != null;
    }

    @Override
    public boolean isQuick() {
      return false;
    }
  }

  static DatabaseMatch of(Token token) throws PatternSyntaxException {
    if (token.isKeyword("all")) {
      return new All();
    } else if (token.isKeyword("sameuser")) {
      return new SameUser();
    } else if (token.isKeyword("samerole") || token.isKeyword("samegroup")) {
      return new SameRole();
    } else if (token.isKeyword("replication")) {
      return new Replication();
    } else if (token.isRegex()) {
      return new Like(Regex.of(token));
    }
    return new Named(token.text());
  }

  static boolean anyMatches(List<DatabaseMatch> databases, HbaClient client, Outside outside)
      throws Unanswered {
    for (DatabaseMatch match : databases) {
      boolean meant = match instanceof Replication == client.physicalReplication();
      if (meant && match.matches(client, outside)) {
        return true;
      }
    }
    return false;
  }
}
