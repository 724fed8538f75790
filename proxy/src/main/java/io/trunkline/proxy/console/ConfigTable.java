package io.trunkline.proxy.console;

import io.trunkline.conf.AdminRole;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.pool.PoolSettings;
import io.trunkline.settings.Partial;
import io.trunkline.settings.ScalarText;
import io.trunkline.settings.SettingField;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `SHOW CONFIG`: first the settings that have a name in PgBouncer, under that name and in its
/// units, so that its exporters find them (all of its options, if the file is PgBouncer's); then
/// every setting by its own name and path.
final class ConfigTable {
  static final Columns CONFIG = Columns.of().text("key", "value", "default", "changeable");

  private static final double MILLIS_PER_SECOND = 1e3;

  private final Table table = new Table(CONFIG);
  private final ConsoleParts.Changeable changeable;

  private ConfigTable(ConsoleParts.Changeable changeable) {
    this.changeable = changeable;
  }

  static Table of(ProxyConfig config, ConsoleParts.Changeable changeable) {
    ConfigTable rows = new ConfigTable(changeable);
    if (changeable.options().isEmpty()) {
      rows.pgbouncer(config);
    } else {
      changeable.options().forEach(one -> rows.add(one.name(), one.value(), one.byDefault()));
    }
    rows.record("", config);
    return rows.table;
  }

  private void pgbouncer(ProxyConfig config) {
    ListenerSettings listener = config.listeners().getFirst();
    PoolSettings pool = config.pool();
    add("admin_users", admins(config, AdminRole.ADMIN), "");
    add("stats_users", admins(config, AdminRole.STATS), "");
    add("auth_type", ScalarText.format(config.auth().method()), "md5");
    add("listen_addr", listener.address(), "");
    add("listen_port", String.valueOf(listener.port()), "6432");
    add("listen_backlog", String.valueOf(listener.backlog()), "128");
    add("pool_mode", ScalarText.format(listener.poolMode()), "session");
    add("max_client_conn", String.valueOf(config.limits().maxClientConnections()), "100");
    add("client_login_timeout", seconds(config.limits().loginTimeout()), "60");
    add("stats_period", seconds(config.log().statsPeriod()), "60");
    pool(pool);
  }

  private void pool(PoolSettings pool) {
    add("default_pool_size", String.valueOf(pool.size()), "20");
    add("min_pool_size", String.valueOf(pool.minSize()), "0");
    add("reserve_pool_size", String.valueOf(pool.reserveSize()), "0");
    add("reserve_pool_timeout", seconds(pool.reserveDelay()), "5");
    add("max_db_connections", String.valueOf(pool.maxDbConnections()), "0");
    add("max_user_connections", String.valueOf(pool.maxUserConnections()), "0");
    add("max_packet_size", String.valueOf(pool.maxMessageBytes().bytes()), "2147483647");
    add("max_prepared_statements", String.valueOf(pool.preparedStatements()), "200");
    add("server_round_robin", pool.roundRobin() ? "1" : "0", "0");
    add("server_reset_query", pool.resetQuery(), "DISCARD ALL");
    add("server_reset_query_always", pool.resetAlways() ? "1" : "0", "0");
    add("server_check_query", pool.checkQuery(), "<empty>");
    add("server_check_delay", seconds(pool.checkDelay()), "30");
    add("server_lifetime", seconds(pool.serverLifetime()), "3600");
    add("server_idle_timeout", seconds(pool.serverIdleTimeout()), "600");
    add("server_connect_timeout", seconds(pool.connectTimeout()), "15");
    add("server_login_retry", seconds(pool.loginRetry()), "15");
    add("query_timeout", seconds(pool.queryTimeout()), "0");
    add("query_wait_timeout", seconds(pool.queryWaitTimeout()), "120");
    add("cancel_wait_timeout", seconds(pool.cancelWaitTimeout()), "10");
    add("client_idle_timeout", seconds(pool.clientIdleTimeout()), "0");
    add("idle_transaction_timeout", seconds(pool.idleInTransactionTimeout()), "0");
    add("transaction_timeout", seconds(pool.transactionTimeout()), "0");
  }

  private static String admins(ProxyConfig config, AdminRole role) {
    return config.admin().users().entrySet().stream()
        .filter(user -> user.getValue().role() == role)
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(","));
  }

  private static String seconds(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1_000 == 0
        ? String.valueOf(millis / 1_000)
        : String.valueOf(millis / MILLIS_PER_SECOND);
  }

  private void add(String key, @Nullable String value, @Nullable String byDefault) {
    table.row(key, value, byDefault, changeable.names().test(key) ? "yes" : "no");
  }

  private void record(String path, Record record) {
    for (SettingField field : SettingField.of(record.getClass())) {
      String byDefault = field.setting().byDefault();
      value(
          path.isEmpty() ? field.key() : path + "." + field.key(),
          field.valueIn(record),
          byDefault);
    }
  }

  /// A secret shows itself as nothing but that.
  private void value(String path, @Nullable Object value, String byDefault) {
    switch (value) {
      case null -> add(path, null, byDefault);
      case Partial<?> partial ->
          partial.values().forEach((key, one) -> value(path + "." + key, one, ""));
      case List<?> list when list.stream().anyMatch(Record.class::isInstance) -> {
        for (int i = 0; i < list.size(); i++) {
          value(path + "[" + i + "]", list.get(i), "");
        }
      }
      case List<?> list ->
          add(
              path,
              list.stream().map(ScalarText::format).collect(Collectors.joining(", ")),
              byDefault);
      case Map<?, ?> map ->
          new LinkedHashMap<>(map).forEach((key, one) -> value(path + "." + key, one, ""));
      case Record section when !ScalarText.isScalar(section.getClass()) -> record(path, section);
      default -> add(path, ScalarText.format(value), byDefault);
    }
  }
}
