package io.trunkline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class TxzArchiveTest {
  @TempDir Path target;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void unpack_filesInDirectories_keepsContentAndExecutability() throws IOException {
    InputStream archive = archive(file("bin/postgres", 0755), file("share/README", 0644));

    TxzArchive.unpack(archive, target);

    assertThat(target.resolve("bin/postgres")).hasContent("bin/postgres").isExecutable();
    assertThat(Files.isExecutable(target.resolve("share/README"))).isFalse();
  }

  @Test
  void unpack_links_makesThem() throws IOException {
    TarArchiveEntry symbolic = link("lib/libpq.so", TarConstants.LF_SYMLINK, "libpq.so.5");
    TarArchiveEntry hard = link("bin/postmaster", TarConstants.LF_LINK, "bin/postgres");

    TxzArchive.unpack(
        archive(file("lib/libpq.so.5", 0644), symbolic, file("bin/postgres", 0755), hard), target);

    assertThat(target.resolve("lib/libpq.so")).isSymbolicLink().hasContent("lib/libpq.so.5");
    assertThat(target.resolve("bin/postmaster")).hasContent("bin/postgres");
  }

  @Test
  void unpack_entryThatLeadsOutside_isRefused() throws IOException {
    InputStream archive = archive(file("../outside", 0644));

    assertThatThrownBy(() -> TxzArchive.unpack(archive, target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("outside");
    assertThat(target.resolveSibling("outside")).doesNotExist();
  }

  @Test
  void unpack_symbolicLinkThatLeadsOutside_isRefused() throws IOException {
    InputStream archive = archive(link("etc", TarConstants.LF_SYMLINK, "../.."));

    assertThatThrownBy(() -> TxzArchive.unpack(archive, target)).isInstanceOf(IOException.class);
  }

  private InputStream archive(TarArchiveEntry... entries) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options(0)))) {
      for (TarArchiveEntry entry : entries) {
        tar.putArchiveEntry(entry);
        if (!entry.isSymbolicLink() && !entry.isLink()) {
          tar.write(content(entry));
        }
        tar.closeArchiveEntry();
      }
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private static TarArchiveEntry file(String name, int mode) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setMode(mode);
    entry.setSize(content(entry).length);
    return entry;
  }

  private static byte[] content(TarArchiveEntry entry) {
    return entry.getName().getBytes(StandardCharsets.UTF_8);
  }

  private static TarArchiveEntry link(String name, byte kind, String to) {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind);
    entry.setLinkName(to);
    return entry;
  }
}
