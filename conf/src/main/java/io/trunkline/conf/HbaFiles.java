package io.trunkline.conf;

import io.trunkline.conf.hba.Mistake;
import io.trunkline.conf.hba.TextFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The files that HBA and ident files are, as the configuration's surroundings have them.
public record HbaFiles(Surroundings surroundings) implements TextFiles {
  @Override
  public Text read(Path file) {
    return switch (new ConfigText(surroundings).read(file)) {
      case ConfigText.Result.Ok(String text) -> new Text.Ok(text);
      case ConfigText.Result.Bad(ConfigProblem problem) ->
          new Text.Bad(
              new Mistake(problem.file(), problem.line(), problem.found(), problem.allowed()));
    };
  }

  @Override
  public boolean exists(Path file) {
    return surroundings.exists(file);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return surroundings.list(directory);
  }
}
