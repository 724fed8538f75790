package io.trunkline.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PostgreSQL programs this module carries (`postgres`, `initdb`), by major version.
///
/// An archive is unpacked once into a cache that all JVMs of this user share: the directory named
/// by the system property `trunkline.embedded.cache`, else one below `java.io.tmpdir`. Unpacking
/// goes to a directory beside the final one and is renamed into place, so that two JVMs cannot see
/// each other's half-written files.
final class PostgresBinaries {
  private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);
  private static final String CACHE_PROPERTY = "trunkline.embedded.cache";

  private PostgresBinaries() {}

  /// The installation directory (with `bin`, `lib`, `share`) of a major version.
  ///
  /// @throws IllegalArgumentException when this build carries no such version for this platform
  static synchronized Path home(int majorVersion) throws IOException {
    Path cache = cache();
    Path home = home(cache, majorVersion);
    if (!Files.isDirectory(home)) {
      unpack(majorVersion, cache, home);
    }
    return home;
  }

  /// Whether [#home(int)] has nothing to do.
  static boolean isUnpacked(int majorVersion) throws IOException {
    return Files.isDirectory(home(cache(), majorVersion));
  }

  private static Path home(Path cache, int majorVersion) throws IOException {
    return cache.resolve("postgresql-" + exactVersion(majorVersion));
  }

  private static void unpack(int majorVersion, Path cache, Path home) throws IOException {
    log.info("unpacking PostgreSQL {} into {}", majorVersion, home);
    Path fresh = Files.createTempDirectory(cache, "unpacking-");
    try (InputStream txz = resource(majorVersion + ".txz")) {
      if (txz == null) {
        throw new IllegalArgumentException(
            "no PostgreSQL " + majorVersion + " for this platform in this build");
      }
      TxzArchive.unpack(txz, fresh);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException expected) {
      if (!Files.isDirectory(home)) { // else another JVM was faster, and its copy is as good
        throw expected;
      }
    } finally {
      FileTree.delete(fresh);
    }
  }

  private static String exactVersion(int majorVersion) throws IOException {
    Properties versions = new Properties();
    try (InputStream in = resource("versions.properties")) {
      if (in != null) {
        versions.load(in);
      }
    }
    String exact = versions.getProperty(Integer.toString(majorVersion));
    if (exact == null) {
      throw new IllegalArgumentException(
          "no PostgreSQL " + majorVersion + " in this build, only " + versions.keySet());
    }
    return exact;
  }

  private static @Nullable InputStream resource(String name) {
    return PostgresBinaries.class.getResourceAsStream("/postgres/" + name);
  }

  /// Programs run from here, so another user's directory under the guessable name is refused.
  private static Path cache() throws IOException {
    String user = System.getProperty("user.name", "");
    String fallback = System.getProperty("java.io.tmpdir") + "/trunkline-postgres-" + user;
    Path cache = Path.of(System.getProperty(CACHE_PROPERTY, fallback)).toAbsolutePath();
    if (!Files.isDirectory(cache)) {
      Files.createDirectories(cache);
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    if (!Files.getOwner(cache).getName().equals(user)) {
      throw new IOException(
          "%s belongs to %s, not to %s: remove it or name another directory with -D%s"
              .formatted(cache, Files.getOwner(cache).getName(), user, CACHE_PROPERTY));
    }
    return cache;
  }
}
