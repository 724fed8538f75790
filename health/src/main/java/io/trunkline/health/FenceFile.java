package io.trunkline.health;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the fence of one cluster in a small text file. A new one is written beside the old one,
/// forced to the disk and renamed over it (rename(2) is atomic), so that a crash leaves the old or
/// the new and never half of one; the directory is forced as well, so that the rename lasts.
///
/// A file that cannot be read is no reason to forget what it said: whoever opens it is told, and
/// decides.
public final class FenceFile implements FenceMemory {
  private static final Logger LOG = LoggerFactory.getLogger(FenceFile.class);
  private static final int BYTES_MAX = 4_096;
  private static final Pattern CONTENT =
      Pattern.compile(
          "(?:#.*\\n)*timeline=(\\d{1,10})\\n"
              + "system_identifier=(\\d{1,20})\\nseen_on=(.*)\\nend\\n");

  private final Path file;
  private final Fence recalled;
  private final AtomicReference<@Nullable Fence> unwritten = new AtomicReference<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("fence-file").factory());

  private FenceFile(Path file, Fence recalled) {
    this.file = file;
    this.recalled = recalled;
  }

  /// Opens the memory of a cluster, making the directory if there is none. Blocking.
  ///
  /// @throws IOException when the directory cannot be written to or the file not be read; says what
  ///   to do
  public static FenceFile in(Path directory, String cluster) throws IOException {
    Path file =
        directory.resolve("fence-" + URLEncoder.encode(cluster, StandardCharsets.UTF_8) + ".txt");
    try {
      Files.createDirectories(directory);
      FenceFile memory = new FenceFile(file, read(file));
      memory.write(memory.recalled); // finds out now whether that is possible
      return memory;
    } catch (IOException e) {
      throw new IOException(
          "the highest timeline of cluster %s cannot be kept in %s: %s".formatted(cluster, file, e),
          e);
    }
  }

  private static Fence read(Path file) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX);
    } catch (NoSuchFileException expected) {
      return Fence.NONE;
    }
    Matcher content = CONTENT.matcher(new String(bytes, StandardCharsets.UTF_8));
    try {
      if (content.matches()) {
        return new Fence(
            Integer.parseInt(content.group(1)),
            content.group(3),
            Long.parseUnsignedLong(content.group(2)));
      }
    } catch (NumberFormatException expected) { // as unreadable as any other text
      LOG.debug("not a fence: {}", file, expected);
    }
    throw new IOException(
        "it is damaged. Remove it to begin without a memory,"
            + " once the true primary is the only one");
  }

  @Override
  public Fence recall() {
    return recalled;
  }

  @Override
  public void keep(Fence fence) {
    if (unwritten.getAndSet(fence) == null) {
      writer.execute(this::writeLast);
    }
  }

  private void writeLast() {
    Fence fence = unwritten.getAndSet(null);
    try {
      if (fence != null) {
        write(fence);
      }
    } catch (IOException e) {
      LOG.error(
          "the highest timeline is remembered until the next start only: cannot write {}", file, e);
    }
  }

  private void write(Fence fence) throws IOException {
    String text =
        """
        # The highest timeline seen of a PostgreSQL cluster. No primary below it gets writes.
        # After a restore to an earlier point say FORGET_FENCE on the console.
        timeline=%d
        system_identifier=%s
        seen_on=%s
        end
        """
            .formatted(
                fence.timeline(),
                Long.toUnsignedString(fence.systemIdentifier()),
                fence.seenOn().replaceAll("\\p{Cntrl}", " "));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.error("the highest timeline could not be written in time: {}", file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
