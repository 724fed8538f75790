package io.trunkline.conf.hba;

import io.trunkline.conf.hba.Outside.Unanswered;
import java.util.List;
import java.util.Map;

/// A line: for whom it decides, and what.
///
/// @param place the line as `file:line`
/// @param shown the line as the console shows it
/// @param type which connections it is about
/// @param method what it decides
/// @param options how that is done
public record HbaRule(
    String place,
    Shown shown,
    ConnectionType type,
    Whom whom,
    HbaMethod method,
    HbaOptions options) {

  /// The columns of PostgreSQL's `pg_hba_file_rules`, without secrets.
  public record Shown(
      String file,
      int line,
      String type,
      List<String> databases,
      List<String> users,
      String address,
      String netmask,
      String method,
      Map<String, String> options) {}

  /// Which connections a line is about, in the words of the file.
  enum ConnectionType {
    LOCAL,
    HOST,
    HOSTSSL,
    HOSTNOSSL,
    /// Encryption by GSSAPI is never offered: such a line decides nothing.
    HOSTGSSENC,
    HOSTNOGSSENC;

    boolean includes(HbaClient client) {
      return switch (this) {
        case LOCAL -> client.address() == null;
        case HOST, HOSTNOGSSENC -> client.address() != null;
        case HOSTSSL -> client.address() != null && client.encrypted();
        case HOSTNOSSL -> client.address() != null && !client.encrypted();
        case HOSTGSSENC -> false;
      };
    }
  }

  /// Which clients a line is about.
  ///
  /// @param address of no account for a Unix socket
  record Whom(List<DatabaseMatch> databases, List<RoleMatch> users, AddressMatch address) {
    Whom {
      databases = List.copyOf(databases);
      users = List.copyOf(users);
    }

    boolean includes(HbaClient client, Outside outside) throws Unanswered {
      return (client.address() == null || address.matches(client.address(), outside))
          && DatabaseMatch.anyMatches(databases, client, outside)
          && RoleMatch.anyMatches(users, client.user(), outside);
    }

    boolean isQuick() {
      return address.isQuick()
          && databases.stream().allMatch(DatabaseMatch::isQuick)
          && users.stream().allMatch(RoleMatch::isQuick);
    }

    /// Whether somebody has to be asked who is in which group.
    boolean asksForGroups() {
      return databases.stream().anyMatch(DatabaseMatch.SameRole.class::isInstance)
          || users.stream().anyMatch(RoleMatch.Group.class::isInstance);
    }
  }

  boolean includes(HbaClient client, Outside outside) throws Unanswered {
    return type.includes(client) && whom.includes(client, outside);
  }
}
