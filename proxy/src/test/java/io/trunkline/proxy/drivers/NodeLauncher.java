package io.trunkline.proxy.drivers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Starts a script with Node.js, once npm has put its driver beside it.
///
/// @param script in the directory `node` of [Launcher#SOURCES]
/// @param driver the npm package it needs
record NodeLauncher(String script, String driver) implements Launcher {
  private static final Path HOME = SOURCES.resolve("node");

  @Override
  public Optional<String> missing() {
    if (!Shell.has("node")) {
      return Optional.of("apt-get install nodejs npm");
    }
    return Files.isDirectory(HOME.resolve("node_modules").resolve(driver))
        ? Optional.empty()
        : Optional.of("npm ci --omit=dev --prefix proxy/" + HOME);
  }

  @Override
  public List<String> command() {
    return List.of("node", HOME.resolve(script).toString());
  }
}
