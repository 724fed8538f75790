package io.trunkline.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How PostgreSQL, which refuses to run as root, is run all the same when we are root (containers,
/// build machines): in a user namespace of its own, where root's files belong to an unknown but
/// ordinary user; where such namespaces are forbidden, as the user `nobody`, who then must own the
/// files. See the PostgreSQL docs, "The PostgreSQL User Account".
sealed interface Unprivileged {
  String NOBODY = "65534";

  /// The command that runs `command` without privileges.
  List<String> command(List<String> command);

  /// Makes a directory, with all it holds, the unprivileged user's own.
  void own(Path directory) throws IOException;

  /// We are an ordinary user: nothing to do.
  record Already() implements Unprivileged {
    @Override
    public List<String> command(List<String> command) {
      return command;
    }

    @Override
    public void own(Path directory) {}
  }

  record InUserNamespace() implements Unprivileged {
    @Override
    public List<String> command(List<String> command) {
      return prefixed(List.of("unshare", "--user"), command);
    }

    @Override
    public void own(Path directory) {}
  }

  record AsNobody() implements Unprivileged {
    @Override
    public List<String> command(List<String> command) {
      return prefixed(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"), command);
    }

    @Override
    public void own(Path directory) throws IOException {
      Shell.run(List.of("chown", "-R", NOBODY + ":" + NOBODY, directory.toString()));
    }
  }

  /// The way that works here.
  ///
  /// @throws IOException when we are root and know of none
  static Unprivileged find() throws IOException {
    if (new UnixSystem().getUid() != 0) {
      return new Already();
    }
    for (Unprivileged way : List.of(new InUserNamespace(), new AsNobody())) {
      if (Shell.succeeds(way.command(List.of("true")))) {
        return way;
      }
    }
    throw new IOException(
        "PostgreSQL does not run as root, and neither unshare nor setpriv works here:"
            + " run as an ordinary user, or install util-linux");
  }

  private static List<String> prefixed(List<String> prefix, List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    return all;
  }
}
