package io.trunkline.health;

import io.trunkline.protocol.tls.ServerTlsSettings;
import io.trunkline.settings.Secret;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Dials one member for its pool, and says at once when that fails: the pool itself keeps trying
/// and tells its caller only after its whole timeout.
final class ProbeDataSource implements DataSource {
  private final String url;
  private final Properties properties;
  private final ServerTlsSettings tls;
  private final Consumer<SQLException> onFailure;
  private final int timeoutSeconds;

  ProbeDataSource(ProbeTarget target, Duration timeout, Consumer<SQLException> onFailure) {
    this.onFailure = onFailure;
    this.tls = target.tls();
    // The driver counts in these, and the caller's own limit must come first.
    timeoutSeconds = (int) timeout.plusMillis(1_999).toSeconds();
    String database = URLEncoder.encode(target.database(), StandardCharsets.UTF_8);
    url = "jdbc:postgresql://" + target.address() + "/" + database.replace("+", "%20");
    properties = properties(target, timeout, Integer.toString(timeoutSeconds));
  }

  private static Properties properties(ProbeTarget target, Duration timeout, String seconds) {
    Properties properties = new Properties();
    properties.setProperty("user", target.user());
    Secret password = target.password();
    if (password != null) {
      properties.setProperty("password", password.reveal());
    }
    properties.setProperty("ApplicationName", "trunkline-probe");
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    properties.setProperty("loginTimeout", "0"); // the two above bound it without one more thread
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("assumeMinServerVersion", "13"); // spares one round trip at login
    properties.setProperty("preferQueryMode", "simple"); // one message, one round trip
    // A query whose asker has gone must not stay on the server.
    properties.setProperty("options", "-c statement_timeout=" + timeout.toMillis());
    ProbeTls.add(target.tls(), properties);
    target.properties().forEach(properties::setProperty);
    return properties;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      // The driver takes every key for one of RSA unless told; the file may have changed meanwhile.
      tls.keyAlgorithm().ifPresent(kind -> properties.setProperty("pemKeyAlgorithm", kind));
      return DriverManager.getConnection(url, properties);
    } catch (SQLException e) {
      onFailure.accept(e);
      throw e;
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the probe has one user");
  }

  /// How long the pool, when it closes, waits for a dial under way.
  @Override
  public int getLoginTimeout() {
    return timeoutSeconds;
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // The pool proposes its own; the timeout of the probe holds.
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // The driver's own log is not used.
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("no java.util.logging here");
  }

  @Override
  public <T> T unwrap(Class<T> wanted) throws SQLException {
    throw new SQLException("wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> wanted) {
    return false;
  }
}
