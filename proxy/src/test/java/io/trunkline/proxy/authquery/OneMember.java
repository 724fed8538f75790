package io.trunkline.proxy.authquery;

import io.trunkline.health.QueryFailure;
import io.trunkline.health.QueryRows;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A cluster of one server, which says of every role what the test wants.
final class OneMember implements RoleGroups.Lines {
  /// Whom it was asked of.
  final List<String> asked = new ArrayList<>();

  /// Whose lines were closed.
  final List<String> closed = new ArrayList<>();

  /// What it is called, and where it is.
  String name = "one";

  /// What it says; null: it is gone.
  @Nullable QueryRows answer;

  OneMember(QueryRows answer) {
    this.answer = answer;
  }

  @Override
  public Topology topology(String cluster) {
    return LookupOrderTest.topology(LookupOrderTest.member(name, Role.PRIMARY, true, 0));
  }

  @Override
  public RoleGroups.Line open(String cluster, String database, Member member) {
    return new RoleGroups.Line() {
      @Override
      public QueryRows ask(String user, Duration atMost) throws QueryFailure {
        asked.add(user);
        if (answer == null) {
          throw new QueryFailure(null, "gone");
        }
        return answer;
      }

      @Override
      public void close() {
        closed.add(member.name());
      }
    };
  }
}
