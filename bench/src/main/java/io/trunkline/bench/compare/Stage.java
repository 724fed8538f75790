package io.trunkline.bench.compare;

import io.trunkline.bench.load.GeneratorProcess;
import io.trunkline.bench.load.LoadOrder;
import io.trunkline.bench.load.LoadResult;
import io.trunkline.bench.load.NullServerProcess;
import io.trunkline.bench.load.Tpcb;
import io.trunkline.bench.load.Work;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.Ports;
import io.trunkline.embedded.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Everything but the proxies: the servers behind them, the load before them, and the directory for
/// their files.
public final class Stage implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 400;
  private static final int GREETINGS = 50;
  private static final long GREETING_MILLIS = 100;

  private final Path directory;
  private final EmbeddedServer postgres;
  private final NullServerProcess nullServer;
  private final GeneratorProcess generator;
  private final Certificate certificate;
  private int sites;

  private Stage(
      Path directory,
      EmbeddedServer postgres,
      NullServerProcess nullServer,
      GeneratorProcess generator,
      Certificate certificate) {
    this.directory = directory;
    this.postgres = postgres;
    this.nullServer = nullServer;
    this.generator = generator;
    this.certificate = certificate;
  }

  /// Starts the servers and the load generator.
  ///
  /// @param withTables whether PostgreSQL is to have something to ask for
  public static Stage set(boolean withTables)
      throws IOException, InterruptedException, GeneralSecurityException, SQLException {
    Path directory = Files.createTempDirectory("trunkline-bench-");
    open(directory);
    EmbeddedServer postgres =
        EmbeddedServer.create(
            ServerOptions.newest()
                .setting("max_connections", Integer.toString(CONNECTIONS_MAX))
                .setting("shared_buffers", "256MB"));
    postgres.execute("CREATE ROLE %s SUPERUSER LOGIN".formatted(Site.LOGIN.user()));
    postgres.execute("CREATE ROLE %s SUPERUSER LOGIN".formatted(Site.PROBE_USER));
    if (withTables) {
      for (String statement : Tpcb.tables()) {
        postgres.execute(statement);
      }
    }
    return new Stage(
        directory,
        postgres,
        NullServerProcess.start(
            Site.PROBE_USER, postgres.port(), directory.resolve("null-server.log")),
        GeneratorProcess.start(directory.resolve("load.log")),
        Certificate.make(directory));
  }

  /// Some proxies read their files as another user.
  private static void open(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /// A place for one more contestant.
  public Site site(Setup setup) throws IOException {
    Path own = Files.createDirectory(directory.resolve("site-" + ++sites));
    open(own);
    int backend = setup.backend() == Setup.Backend.POSTGRES ? postgres.port() : nullServer.port();
    Site site = new Site(own, Ports.free(), backend, setup);
    if (site.isTls()) {
      certificate.write(site);
    }
    return site;
  }

  /// A load for whoever is at this site.
  static LoadOrder order(Scenario scenario, Site site, Duration warmUp, Duration measured) {
    return new LoadOrder(
        site.port(),
        Site.LOGIN,
        site.isTls(),
        scenario.work(),
        scenario.clients(),
        scenario.depth(),
        scenario.extras().rate(),
        scenario.extras().idle(),
        scenario.hasOutage(),
        warmUp,
        measured);
  }

  /// The least load there is, to see whether anybody answers.
  private static LoadOrder greeting(Site site, Work work) {
    Duration moment = Duration.ofMillis(1);
    return new LoadOrder(
        site.port(), Site.LOGIN, site.isTls(), work, 1, 1, 0, 0, false, moment, moment);
  }

  /// Puts a load on a contestant.
  ///
  /// @throws IOException with the reason, and the last words of a contestant that has ended
  public LoadResult load(LoadOrder order, Contestant contestant, GeneratorProcess.Watcher watcher)
      throws IOException {
    try {
      return generator.run(order, watcher);
    } catch (IOException failure) {
      if (!ProcessHandle.of(contestant.pid()).isPresent()) {
        throw new IOException("it has ended: " + contestant.lastWords(), failure);
      }
      throw failure;
    }
  }

  /// Waits until somebody is served: proxies listen before that, some have to find a server first.
  public void greet(Contestant contestant) throws IOException, InterruptedException {
    IOException last = null;
    for (int i = 0; i < GREETINGS; i++) {
      try {
        load(greeting(contestant.site(), Work.SIMPLE), contestant, GeneratorProcess.NOBODY);
        return;
      } catch (IOException expected) { // perhaps the next time
        last = expected;
        TimeUnit.MILLISECONDS.sleep(GREETING_MILLIS);
      }
    }
    throw Objects.requireNonNull(last);
  }

  /// Has the null server go away in a moment, for this long.
  void outage(Duration length) throws IOException {
    nullServer.goAway(length, length);
  }

  /// What PostgreSQL stands behind the proxies.
  int postgresVersion() {
    return postgres.version();
  }

  /// Ends all, and removes all files.
  @Override
  public void close() throws IOException {
    generator.close();
    nullServer.close();
    postgres.close();
    List<Path> files = new ArrayList<>();
    try (var all = Files.walk(directory)) {
      all.forEach(files::addFirst);
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
