package io.trunkline.embedded;

import io.trunkline.settings.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How an embedded server is made. Immutable; each method returns a changed copy:
///
/// ```java
/// ServerOptions.postgres(13).setting("max_connections", "20").hba("host all all all md5")
/// ```
///
/// @param version major version
/// @param port TCP port on 127.0.0.1; 0 picks a free one
/// @param password of the superuser `postgres`
/// @param hba lines of `pg_hba.conf`, first match wins; none at all means trust everybody
/// @param settings lines of `postgresql.conf`, over the defaults in [DataDirectory]
/// @param initdb more arguments for initdb, such as `--data-checksums`
/// @param files more files in the data directory, such as `server.key`, by name
public record ServerOptions(
    int version,
    int port,
    Secret password,
    List<String> hba,
    Map<String, String> settings,
    List<String> initdb,
    Map<String, String> files) {

  /// The version used when nobody asks for another one.
  public static final int NEWEST = 18;

  /// The oldest version that Trunkline supports.
  public static final int OLDEST = 13;

  public ServerOptions {
    hba = List.copyOf(hba);
    settings = Map.copyOf(settings);
    initdb = List.copyOf(initdb);
    files = Map.copyOf(files);
  }

  public static ServerOptions newest() {
    return postgres(NEWEST);
  }

  public static ServerOptions postgres(int majorVersion) {
    return new ServerOptions(
        majorVersion, 0, Secret.of("postgres"), List.of(), Map.of(), List.of(), Map.of());
  }

  public ServerOptions port(int port) {
    return new ServerOptions(version, port, password, hba, settings, initdb, files);
  }

  public ServerOptions password(Secret superuserPassword) {
    return new ServerOptions(version, port, superuserPassword, hba, settings, initdb, files);
  }

  /// Adds one line of `pg_hba.conf`, below those there are.
  public ServerOptions hba(String line) {
    return new ServerOptions(version, port, password, plus(hba, line), settings, initdb, files);
  }

  public ServerOptions setting(String name, String value) {
    return new ServerOptions(
        version, port, password, hba, plus(settings, name, value), initdb, files);
  }

  /// Adds one argument for initdb.
  public ServerOptions initdb(String argument) {
    return new ServerOptions(version, port, password, hba, settings, plus(initdb, argument), files);
  }

  /// Adds a file to the data directory, readable by the server only.
  public ServerOptions file(String name, String content) {
    return new ServerOptions(
        version, port, password, hba, settings, initdb, plus(files, name, content));
  }

  private static List<String> plus(List<String> list, String element) {
    List<String> longer = new ArrayList<>(list);
    longer.add(element);
    return longer;
  }

  private static Map<String, String> plus(Map<String, String> map, String key, String value) {
    Map<String, String> larger = new LinkedHashMap<>(map);
    larger.put(key, value);
    return larger;
  }
}
