package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/// PgBouncer as Debian has it and Trunkline, each running from the same `pgbouncer.ini` and list of
/// users. The users are `app`, who may use databases, `root`, who may do everything on the console,
/// and `stats`, who may look; their passwords are their names.
final class Pair implements AutoCloseable {
  private static final String INI =
      """
      [databases]
      app = host=127.0.0.1 port=PORT
      alias = host=127.0.0.1 port=PORT dbname=app pool_size=7 pool_mode=transaction
      forced = host=127.0.0.1 port=PORT dbname=app user=app password=app max_db_connections=9

      [users]
      app = pool_mode=transaction max_user_connections=10

      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = LISTEN
      unix_socket_dir = HOME
      auth_type = md5
      auth_file = HOME/users.txt
      admin_users = root
      stats_users = stats
      logfile = HOME/pooler.log
      ignore_startup_parameters = extra_float_digits
      """;

  /// Its name says which.
  enum Side {
    THEIRS,
    OURS
  }

  private final Path directory;
  private final Tool psql = Tool.installed("psql");
  private final Program ours;
  private final RealPgBouncer theirs;
  private final int ourPort;
  private final int theirPort;

  private Pair(Path directory, String more) throws IOException {
    this.directory = directory;
    Tool.installed("pgbouncer");
    this.theirPort = Ports.free();
    this.ourPort = Ports.free();
    this.theirs = RealPgBouncer.run(ini(Side.THEIRS, theirPort, more), theirPort);
    this.ours = Program.run(ini(Side.OURS, ourPort, more), 1);
  }

  /// Starts both; the test is skipped where there is no PgBouncer, or no psql.
  ///
  /// @param more lines of the section `[pgbouncer]`
  static Pair start(Path directory, String more) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    return new Pair(directory, more);
  }

  private Path ini(Side side, int port, String more) throws IOException {
    Path home = Files.createDirectory(home(side));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(
        home.resolve("users.txt"), "\"app\" \"app\"\n\"root\" \"root\"\n\"stats\" \"stats\"\n");
    return Files.writeString(
        home.resolve("pgbouncer.ini"),
        (INI + more + "\n")
            .replace("PORT", Integer.toString(Postgres.shared().app().port()))
            .replace("LISTEN", Integer.toString(port))
            .replace("HOME", home.toString()));
  }

  /// Where the files of one are.
  Path home(Side side) {
    return directory.resolve(side.name());
  }

  Path ini(Side side) {
    return home(side).resolve("pgbouncer.ini");
  }

  /// Every line of its log so far.
  String log(Side side) throws IOException {
    return Files.readString(home(side).resolve("pooler.log"));
  }

  /// What an admin is shown.
  Answer show(Side side, String what) throws IOException {
    try (RawClient console = RawClient.login(at(side, "root", "pgbouncer"))) {
      return console.query("SHOW " + what);
    }
  }

  /// A command of the console that has to succeed.
  void command(Side side, String command) throws IOException {
    try (RawClient console = RawClient.login(at(side, "root", "pgbouncer"))) {
      assertThat(console.query(command).sqlState()).as(command).isEqualTo("00000");
    }
  }

  Program ours() {
    return ours;
  }

  /// How somebody gets to a database of one of them.
  Endpoint at(Side side, String user, String database) {
    return new Endpoint("127.0.0.1", port(side), user, user, database);
  }

  int port(Side side) {
    return side == Side.OURS ? ourPort : theirPort;
  }

  /// What psql prints, without what tells the two apart by its nature.
  String psql(Endpoint endpoint, String... arguments) throws Exception {
    Path output = Files.createTempFile(directory, "psql", ".out");
    String[] all = new String[arguments.length + 3];
    all[0] = "-X";
    all[1] = "-d";
    all[2] = endpoint.database();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    Process process = psql.begin(endpoint, output, all);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(String.join(" ", all)).isTrue();
    return Files.readString(output).strip().replace(Integer.toString(endpoint.port()), "PORT");
  }

  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
