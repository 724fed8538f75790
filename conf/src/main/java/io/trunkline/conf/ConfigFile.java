package io.trunkline.conf;

import io.trunkline.conf.hba.AccessReader;
import io.trunkline.conf.hba.AccessRules;
import io.trunkline.conf.hba.Mistake;
import io.trunkline.settings.Secret;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `trunkline.yml`: all of it or nothing, with every mistake at once. May block: never on an
/// event loop.
public final class ConfigFile {

  /// Thousands of users fit; a wrong file does not fill the memory.
  private static final int BYTES_MAX = 4 * 1024 * 1024;

  private static final String HBA_LINES = "auth.hba";

  private final Surroundings surroundings;

  public ConfigFile(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Reads a file with the environment of this process.
  public static ConfigResult read(Path file) {
    return new ConfigFile(Surroundings.ofProcess()).readFile(file);
  }

  public ConfigResult readFile(Path file) {
    try {
      return parse(file, new TextFile(surroundings).read(file, BYTES_MAX));
    } catch (Refused e) {
      return new ConfigResult.Bad(List.of(e.in(file.toString())));
    }
  }

  /// Reads a text as if it were the content of a file.
  public ConfigResult readText(Path file, String text) {
    try {
      return parse(file, text);
    } catch (Refused e) {
      return new ConfigResult.Bad(List.of(e.in(file.toString())));
    }
  }

  /// Reads a text with some settings, by their dotted keys, as said here.
  public ConfigResult readText(Path file, String text, Map<String, String> changes) {
    try {
      YamlNode root = nodes(text);
      for (Map.Entry<String, String> change : changes.entrySet()) {
        root = Overlay.with(root, change.getKey(), change.getValue());
      }
      return readTree(file, root);
    } catch (Refused e) {
      return new ConfigResult.Bad(List.of(e.in(file.toString())));
    }
  }

  /// The text of a file as it is now.
  public ConfigText.Result text(Path file) {
    return new ConfigText(surroundings).read(file);
  }

  private ConfigResult parse(Path file, String text) throws Refused {
    return readTree(file, nodes(text));
  }

  private static YamlNode nodes(String text) throws Refused {
    YamlNode root = YamlReader.read(text);
    if (root == null) {
      throw new Refused(1, "an empty file", "the keys listeners and clusters, at least");
    }
    return root;
  }

  /// Reads what another format was translated to.
  ///
  /// @param file names the mistakes' file and what the names of files are relative to
  public ConfigResult readTree(Path file, YamlNode root) {
    Findings findings = new Findings(file.toString());
    ProxyConfig config = bind(file, root, findings);
    Map<String, Secret> userList = userList(config, findings);
    AccessRules access = access(file, config, findings);
    new ListenerChecks(config, findings).run();
    new ClusterChecks(config, findings).run();
    new PoolChecks(config, findings).run();
    new PeerChecks(config, findings).run();
    new AuthChecks(config.withAccess(access), userList, findings).run();
    return findings.isEmpty()
        ? new ConfigResult.Ok(withUserList(config, userList).withAccess(access))
        : new ConfigResult.Bad(findings.problems());
  }

  private ProxyConfig bind(Path file, YamlNode root, Findings findings) {
    Path directory = file.toAbsolutePath().getParent();
    Path base = directory == null ? file.toAbsolutePath() : directory;
    Binder binder =
        new Binder(
            findings,
            new ScalarBinder(findings, base),
            new SecretBinder(findings, surroundings, base));
    return binder.record(ProxyConfig.class, root, KeyPath.ROOT);
  }

  private Map<String, Secret> userList(ProxyConfig config, Findings findings) {
    Path file = config.auth().userFile();
    if (file == null) {
      return Map.of();
    }
    return switch (new UserListFile(surroundings).read(file)) {
      case UserListFile.Result.Ok ok -> ok.users();
      case UserListFile.Result.Bad bad -> {
        findings.addElsewhere(bad.problems());
        yield Map.of();
      }
    };
  }

  /// Null when there are none, or none that are right.
  private @Nullable AccessRules access(Path file, ProxyConfig config, Findings findings) {
    AuthSettings auth = config.auth();
    if (!auth.hasHba() || findings.isBroken(KeyPath.ROOT.child("auth"))) {
      return null;
    }
    List<String> lines = auth.hba().stream().map(Secret::reveal).toList();
    AccessReader.Sources sources =
        new AccessReader.Sources(
            file.toAbsolutePath(), HBA_LINES, lines, auth.hbaFile(), auth.identFile());
    return switch (new AccessReader(new HbaFiles(surroundings)).read(sources)) {
      case AccessReader.Result.Ok(AccessRules rules) -> rules;
      case AccessReader.Result.Bad(List<Mistake> mistakes) -> {
        mistakes.forEach(mistake -> add(mistake, findings));
        yield null;
      }
    };
  }

  private static void add(Mistake mistake, Findings findings) {
    String file = mistake.file();
    if (file.startsWith(HBA_LINES)) {
      findings.add(new KeyPath(file), mistake.found(), mistake.allowed());
    } else {
      findings.addElsewhere(
          List.of(new ConfigProblem(file, mistake.line(), "", mistake.found(), mistake.allowed())));
    }
  }

  /// Users of the list become users like the others; what the main file says of them counts more.
  private static ProxyConfig withUserList(ProxyConfig config, Map<String, Secret> userList) {
    Map<String, UserSettings> users = new LinkedHashMap<>(config.users());
    userList.forEach(
        (name, secret) -> users.put(name, config.user(name).withPasswordUnlessSet(secret)));
    return config.withUsers(users).withQueryPassword();
  }
}
