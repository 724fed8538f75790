package io.trunkline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  @TempDir Path temporary;

  @Test
  void delete_fullDirectory_leavesNothing() throws IOException {
    Path root = tree("root");

    FileTree.delete(root);

    assertThat(root).doesNotExist();
  }

  @Test
  void delete_missingDirectory_isFine() throws IOException {
    FileTree.delete(temporary.resolve("missing"));
  }

  @Test
  void copy_unwantedDirectory_isSkippedWhole() throws IOException {
    Path copy = temporary.resolve("copy");

    FileTree.copy(tree("root"), copy, relative -> !relative.startsWith("a/b"));

    assertThat(copy.resolve("a/file")).hasContent("in a");
    assertThat(copy.resolve("a/b")).doesNotExist();
  }

  @Test
  void copy_privateDirectory_staysPrivate() throws IOException {
    Path root = tree("root");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    Path copy = temporary.resolve("copy");

    FileTree.copy(root, copy, relative -> true);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rwx------");
  }

  private Path tree(String name) throws IOException {
    Path root = temporary.resolve(name);
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/file"), "in a");
    Files.writeString(root.resolve("a/b/file"), "in b");
    return root;
  }
}
