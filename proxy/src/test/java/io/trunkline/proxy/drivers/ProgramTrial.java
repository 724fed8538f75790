package io.trunkline.proxy.drivers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A trial in the driver's own language: a program that is given the URL and the mode and prints
/// facts. What it says on standard error is kept in `target/drivers/NAME-MODE.log`.
record ProgramTrial(String name, Launcher launcher) implements Trial {
  private static final Duration AT_MOST = Duration.ofMinutes(10);

  @Override
  public Optional<String> missing() {
    return launcher.missing();
  }

  @Override
  public List<Fact> run(Target target) throws IOException, InterruptedException {
    Path log = Path.of("target", "drivers", name + "-" + target.mode().word() + ".log");
    Files.createDirectories(log.getParent());
    List<String> command = new ArrayList<>(launcher.command());
    command.add(target.url());
    command.add(target.mode().word());
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    // The trials say all there is to say; what libpq would add from outside must not count.
    builder.environment().keySet().removeIf(variable -> variable.matches("PG[A-Z]+"));
    Process process = builder.start();
    Thread guard = Thread.ofVirtual().start(() -> endLate(process));
    try {
      return facts(process, log);
    } finally {
      guard.interrupt();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void endLate(Process process) {
    try {
      if (!process.waitFor(AT_MOST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<Fact> facts(Process process, Path log)
      throws IOException, InterruptedException {
    process.getOutputStream().close();
    List<Fact> facts = new ArrayList<>();
    String begun = "program";
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Optional<Fact> fact = Fact.parse(line);
        if (fact.isPresent()) {
          facts.add(fact.get());
          begun = fact.get() instanceof Fact.Begun(String check) ? check : begun;
        }
      }
    }
    int status = process.waitFor();
    if (status != 0 && facts.stream().noneMatch(Fact.Failed.class::isInstance)) {
      facts.add(new Fact.Failed(begun, "the program ended with status " + status + ", see " + log));
    }
    return List.copyOf(facts);
  }
}
