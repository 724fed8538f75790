package io.trunkline.proxy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The file of a Unix socket: made by bind, and nobody's duty to remove but ours.
///
/// @param name its path; one that begins with `@` is in the abstract namespace, and no file
record UnixSocketFile(String name) {

  private boolean isFile() {
    return !name.startsWith("@");
  }

  private Path path() {
    return Path.of(name);
  }

  /// Makes place for the socket: one that nobody listens on any more is removed. Blocking.
  ///
  /// @throws IllegalStateException when somebody listens there, or something else has the name
  void clear() {
    if (!isFile() || !Files.exists(path())) {
      return;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(name));
    } catch (IOException nobody) {
      remove();
      return;
    }
    throw new IllegalStateException("cannot listen on " + name + ": somebody else does");
  }

  /// Sets who may use it. Blocking.
  ///
  /// @param mode as chmod takes it
  /// @throws IllegalStateException when the system does not let us
  void protect(String mode, @Nullable String group) {
    if (!isFile()) {
      return;
    }
    try {
      PosixFileAttributeView view =
          Files.getFileAttributeView(path(), PosixFileAttributeView.class);
      if (group != null) {
        GroupPrincipal principal =
            path()
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(group);
        view.setGroup(principal);
      }
      view.setPermissions(permissions(Integer.parseInt(mode, 8)));
    } catch (IOException e) {
      throw new IllegalStateException("cannot set who may use " + name + ": " + e.getMessage(), e);
    }
  }

  private static Set<PosixFilePermission> permissions(int bits) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's r to others' x
    for (int i = 0; i < all.length; i++) {
      if ((bits & (1 << (all.length - 1 - i))) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }

  /// Removes it. Blocking.
  void remove() {
    try {
      if (isFile()) {
        Files.deleteIfExists(path());
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + name + ": " + e.getMessage(), e);
    }
  }
}
