package io.trunkline.conf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// An environment and files that a test makes up.
final class FakeSurroundings implements Surroundings {
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, byte[]> files = new HashMap<>();

  FakeSurroundings variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  FakeSurroundings file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  FakeSurroundings file(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  @Override
  public String environment(String name) {
    return environment.get(name);
  }

  @Override
  public byte[] read(Path file, int atMost) throws IOException {
    byte[] content = files.get(file.toString());
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return Arrays.copyOf(content, Math.min(content.length, atMost));
  }
}
