package io.trunkline.conf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads whole files of UTF-8 text, bounded, and says what is wrong with those that are none.
record TextFile(Surroundings surroundings) {

  /// @param atMost bytes a file of this kind may have
  String read(Path file, int atMost) throws Refused {
    byte[] bytes = bytes(file, atMost);
    if (bytes.length > atMost) {
      throw new Refused(
          0, "more than " + atMost + " bytes", "a file of at most " + atMost + " bytes");
    }
    return decode(bytes);
  }

  private byte[] bytes(Path file, int atMost) throws Refused {
    try {
      return surroundings.read(file, atMost + 1);
    } catch (NoSuchFileException expected) {
      throw new Refused(0, "no such file", "a file this process may read");
    } catch (FileSystemException expected) {
      throw new Refused(0, "a file that cannot be opened", "a readable file");
    } catch (IOException expected) {
      throw new Refused(0, "a file that cannot be read", "a readable file");
    }
  }

  private static String decode(byte[] bytes) throws Refused {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      throw new Refused(line, "bytes that are not UTF-8", "UTF-8 text");
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
