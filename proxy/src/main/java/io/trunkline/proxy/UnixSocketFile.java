package io.trunkline.proxy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The file of a Unix socket: made by bind, and nobody's duty to remove but ours.
///
/// It is bound under another name and renamed when those may use it who should, so that a client
/// meets the socket of a predecessor or the new one, never none. For the same reason only the file
/// that is still ours is removed. (Netty's epoll channel removes what it was bound to, which is
/// gone then.) Not thread-safe but for [#remove].
final class UnixSocketFile {
  private final String name;

  /// What the system calls the file itself; null until it is in place, or where it does not say.
  private volatile @Nullable Object key;

  /// @param name its path; one that begins with `@` is in the abstract namespace, and no file
  UnixSocketFile(String name) {
    this.name = name;
  }

  private boolean isFile() {
    return !name.startsWith("@");
  }

  private Path path() {
    return Path.of(name);
  }

  /// What to bind: as long a name as the one it gets, for their length is limited.
  String nameToBind() {
    int last = name.lastIndexOf('/') + 1;
    return isFile() && name.length() > last + 1
        ? name.substring(0, last + 1) + "~" + name.substring(last + 2)
        : name;
  }

  private Path boundPath() {
    return Path.of(nameToBind());
  }

  /// Makes place for the socket: one that nobody listens on any more is removed. Blocking.
  ///
  /// @throws IllegalStateException when somebody listens there, or something else has the name
  void clear() {
    if (!isFile()) {
      return;
    }
    delete(boundPath()); // left by one that was killed
    if (!Files.exists(path())) {
      return;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(name));
    } catch (IOException nobody) {
      delete(path());
      return;
    }
    throw new IllegalStateException("cannot listen on " + name + ": somebody else does");
  }

  /// Makes place for the socket of a process that follows another, whose socket stays until
  /// [#publish]. Blocking.
  void clearBeside() {
    if (isFile()) {
      delete(boundPath());
    }
  }

  /// Sets who may use what was bound, and gives it its name. Blocking.
  ///
  /// @param mode as chmod takes it
  /// @throws IllegalStateException when the system does not let us; nothing is left then
  void publish(String mode, @Nullable String group) {
    if (!isFile()) {
      return;
    }
    try {
      protect(mode, group);
      Files.move(boundPath(), path(), StandardCopyOption.ATOMIC_MOVE);
      key = keyOf(path());
    } catch (UserPrincipalNotFoundException none) { // which has neither message nor name
      delete(boundPath());
      throw new IllegalStateException(
          "cannot set who may use %s: there is no group '%s'".formatted(name, group), none);
    } catch (IOException e) {
      delete(boundPath());
      throw new IllegalStateException("cannot set who may use " + name + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private void protect(String mode, @Nullable String group) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(boundPath(), PosixFileAttributeView.class);
    if (group != null) {
      GroupPrincipal principal =
          path().getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
      view.setGroup(principal);
    }
    view.setPermissions(permissions(Integer.parseInt(mode, 8)));
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

  /// Removes it, unless it is a successor's by now. Blocking.
  void remove() {
    if (!isFile()) {
      return;
    }
    Object ours = key;
    try {
      if (ours == null) {
        delete(boundPath());
      } else if (ours.equals(keyOf(path()))) {
        delete(path());
      }
    } catch (IOException gone) {
      return;
    }
  }

  private void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + path + ": " + e.getMessage(), e);
    }
  }
}
