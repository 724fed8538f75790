package io.trunkline.conf.hba;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the files ask about and do not say themselves. All of it may block.
public interface Outside {

  /// Nobody who could say can be asked.
  final class Unanswered extends Exception {
    /// @param reason for the log
    public Unanswered(String reason) {
      super(reason);
    }
  }

  /// Whether a user is a member of a group, itself or through others; every role is one of its own.
  ///
  /// @throws Unanswered when that is not known
  boolean isMember(String user, String group) throws Unanswered;

  /// The name of a client's address, which in turn has this address; null when there is none.
  @Nullable String hostName(InetAddress client);

  /// The addresses of this host, with their networks.
  List<InterfaceAddress> own();
}
