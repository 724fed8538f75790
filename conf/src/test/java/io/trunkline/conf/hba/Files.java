package io.trunkline.conf.hba;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.hba.Outside.Unanswered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// HBA and ident files that a test makes up, and what lies outside them.
final class Files implements TextFiles, Outside {
  static final Path HBA = Path.of("/etc/pg_hba.conf");
  static final Path IDENT = Path.of("/etc/pg_ident.conf");

  private final Map<Path, String> files = new TreeMap<>();
  private final Map<String, List<String>> groups = new TreeMap<>();
  private final Map<InetAddress, String> names = new java.util.HashMap<>();

  static Files hba(String text) {
    return new Files().file(HBA.toString(), text);
  }

  Files ident(String text) {
    return file(IDENT.toString(), text);
  }

  Files file(String name, String text) {
    files.put(Path.of(name), text);
    return this;
  }

  Files member(String user, String... of) {
    groups.put(user, List.of(of));
    return this;
  }

  Files host(String address, String name) {
    names.put(InetAddress.ofLiteral(address), name);
    return this;
  }

  private AccessReader.Result result() {
    Path ident = files.containsKey(IDENT) ? IDENT : null;
    return new AccessReader(this)
        .read(
            new AccessReader.Sources(Path.of("/etc/main.yml"), "auth.hba", List.of(), HBA, ident));
  }

  AccessRules rules() {
    AccessReader.Result result = result();
    assertThat(result).isInstanceOf(AccessReader.Result.Ok.class);
    return ((AccessReader.Result.Ok) result).rules();
  }

  List<String> mistakes() {
    return switch (result()) {
      case AccessReader.Result.Ok _ -> List.of();
      case AccessReader.Result.Bad(var problems) ->
          problems.stream().map(Mistake::toString).toList();
    };
  }

  /// The place of the line that decides, or `none`.
  String decides(HbaClient client) {
    try {
      HbaRule rule = rules().first(client, this);
      return rule == null ? "none" : rule.place().replace("/etc/", "");
    } catch (Unanswered unknown) {
      return "unknown: " + unknown.getMessage();
    }
  }

  static HbaClient client(String address, String database, String user) {
    return new HbaClient(
        address.equals("local") ? null : InetAddress.ofLiteral(address),
        false,
        database,
        user,
        false);
  }

  @Override
  public Text read(Path file) {
    String text = files.get(file);
    return text == null
        ? new Text.Bad(new Mistake(file.toString(), 0, "no such file", "a file"))
        : new Text.Ok(text);
  }

  @Override
  public boolean exists(Path file) {
    return files.containsKey(file);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    List<Path> found =
        files.keySet().stream().filter(f -> directory.equals(f.getParent())).toList();
    if (found.isEmpty()) {
      throw new NoSuchFileException(directory.toString());
    }
    return found;
  }

  @Override
  public boolean isMember(String user, String group) throws Unanswered {
    if (groups.isEmpty()) {
      throw new Unanswered("nobody to ask");
    }
    return groups.getOrDefault(user, List.of()).contains(group);
  }

  @Override
  public String hostName(InetAddress client) {
    return names.get(client);
  }

  @Override
  public List<InterfaceAddress> own() {
    try {
      return java.net.NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"))
          .getInterfaceAddresses();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
