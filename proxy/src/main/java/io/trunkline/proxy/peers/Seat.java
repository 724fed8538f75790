package io.trunkline.proxy.peers;

import io.trunkline.conf.PeerSettings;
import io.trunkline.settings.HostPort;
import org.jspecify.annotations.Nullable;

/// What etcd has under the number of an instance: `HOST:PORT OWNER`, where the owner is a word that
/// each process makes up for itself, and more words are for versions to come.
///
/// @param address null where the value is none of ours: the number is taken all the same
/// @param owner empty likewise
/// @param modRevision when it was put
record Seat(@Nullable HostPort address, String owner, long modRevision) {

  /// The longest name of a host, a port, an owner, and as much again.
  private static final int CHARS_MAX = 600;

  private static final int PORT = 5432;

  /// Reads what is foreign: whoever may write to etcd may have written it.
  static Seat read(String value, long modRevision) {
    String[] words = value.length() > CHARS_MAX ? new String[0] : value.strip().split(" +", 3);
    if (words.length >= 2) {
      try {
        HostPort address = HostPort.parse(words[0], PORT);
        if (PeerSettings.isForOthers(address)) {
          return new Seat(address, words[1], modRevision);
        }
      } catch (IllegalArgumentException expected) { // no address
      }
    }
    return new Seat(null, "", modRevision);
  }

  static String text(HostPort address, String owner) {
    return address + " " + owner;
  }
}
