package io.trunkline.conf.pgbouncer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Translates the section `[pgbouncer]`: what is said once, what every listener has, what every
/// cluster has.
final class ProcessOptions {

  /// What stands for a pool without bound.
  static final String UNBOUNDED = "100000";

  private static final String AUTH_TYPES =
      "any | trust | plain | md5 | scram-sha-256 | cert | hba | ldap | pam";

  private static final Map<String, String> AUTH_METHODS =
      Map.of(
          "any", "trust",
          "trust", "trust",
          "plain", "password",
          "md5", "md5",
          "scram-sha-256", "scram-sha-256",
          "cert", "cert");

  private final Assignments options;
  private final Report report;
  private final Draft.Section root = new Draft.Section();
  private final Draft.Section listener = new Draft.Section();
  private final Draft.Section cluster = new Draft.Section();

  ProcessOptions(Assignments options, Report report) {
    this.options = options;
    this.report = report;
  }

  /// What is said once.
  Draft.Section root() {
    return root;
  }

  /// What every cluster has.
  Draft.Section cluster() {
    return cluster;
  }

  /// Where a database is looked for that has no host.
  String socketDirectory() {
    return options.text("unix_socket_dir");
  }

  void translate() {
    options.carry((key, value) -> {
      if (key.startsWith("listener.")) {
        listener.set(key.substring("listener.".length()), value);
      } else if (key.startsWith("cluster.")) {
        cluster.set(key.substring("cluster.".length()), value);
      } else {
        root.set(key, value);
      }
    });
    startupParameters();
    tcp();
    pool();
    checks();
    authentication();
    console();
    tls("client", listener, "mode");
    tls("server", cluster, "sslmode");
    curves("client_tls_ecdhcurve", listener);
    log();
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }

  private void startupParameters() {
    List<String> ignored = words(options.text("ignore_startup_parameters"));
    if (!ignored.isEmpty()) {
      listener.set(
          "ignore_startup_parameters",
          Draft.Items.of(ignored, options.from("ignore_startup_parameters")));
    }
  }

  /// A flag that is a time as well: 1 stands for PgBouncer's own 45 seconds. Its user timeout is in
  /// milliseconds.
  private void tcp() {
    int defer = options.number("tcp_defer_accept");
    if (defer > 0) {
      set("runtime.tcp.defer_accept", "tcp_defer_accept", (defer == 1 ? 45 : defer) + "s");
    }
    int millis = options.number("tcp_user_timeout");
    if (millis > 0) {
      set("runtime.tcp.user_timeout", "tcp_user_timeout", millis + "ms");
    }
  }

  private void set(String key, String option, @Nullable String text) {
    if (text != null) {
      root.set(key, text, options.from(option));
    }
  }

  private void pool() {
    int size = options.number("default_pool_size");
    if (size != 20) {
      set("pool.size", "default_pool_size", size == 0 ? UNBOUNDED : Integer.toString(size));
    }
    int least = options.number("min_pool_size");
    if (size > 0 && least > size) {
      report.lost(options.place("min_pool_size"), "it is more than default_pool_size, which holds");
      least = size;
    }
    if (least > 0) {
      set("pool.min_size", "min_pool_size", Integer.toString(least));
    }
    if ("true".equals(options.translated("disable_pqexec", Kind.FLAG))) {
      set("pool.simple_queries", "disable_pqexec", "false");
    }
    atLeastSomething("server_connect_timeout", "pool.connect_timeout", "10m");
    atLeastSomething("server_login_retry", "pool.login_retry", "10ms");
  }

  /// A time for which ours knows no 0.
  private void atLeastSomething(String option, String key, String insteadOfZero) {
    String time = options.translated(option, Kind.TIME);
    set(key, option, "0".equals(time) ? insteadOfZero : time);
  }

  private void checks() {
    String reset = options.text("server_reset_query");
    if (!reset.equals("DISCARD ALL")) {
      set("pool.reset_query", "server_reset_query", reset);
    }
    String always = options.translated("server_reset_query_always", Kind.FLAG);
    if ("true".equals(always) && !reset.isEmpty()) {
      set("pool.reset_always", "server_reset_query_always", always);
    }
    String query = options.text("server_check_query");
    String delay = options.translated("server_check_delay", Kind.TIME);
    if (query.isEmpty()) {
      set("pool.check_delay", "server_check_query", "0");
    } else if (delay != null && !delay.equals("30s")) {
      set("pool.check_delay", "server_check_delay", delay.equals("0") ? "1ms" : delay);
    }
    if (!query.isEmpty() && !query.equals("<empty>")) {
      set("pool.check_query", "server_check_query", query);
    }
  }

  private void authentication() {
    String type = options.text("auth_type").toLowerCase(Locale.ROOT);
    String method = AUTH_METHODS.get(type);
    switch (type) {
      case "hba" -> hba();
      case "ldap" -> ldap();
      case "pam" -> lines("pam pamservice=pgbouncer", "auth_type");
      case String _ when method == null ->
          report.mistake(options.place("auth_type"), "no such method", AUTH_TYPES);
      default -> set("auth.method", "auth_type", method);
    }
    if ("trust".equals(method)) {
      report.lost(
          options.place("auth_type"), "users are let in whether or not auth_file names them");
      root.set("admin.auth_method", "trust", options.from("auth_type"));
    }
    if (!type.equals("hba") && options.isGiven("auth_hba_file")) {
      report.needless(options.place("auth_hba_file"), "auth_type is not hba");
    }
    if (!type.equals("hba") && !options.text("auth_ident_file").isEmpty()) {
      report.needless(options.place("auth_ident_file"), "auth_type is not hba");
    }
    if (!type.equals("ldap") && !options.text("auth_ldap_options").isEmpty()) {
      report.needless(options.place("auth_ldap_options"), "auth_type is not ldap");
    }
    set("auth.query_user", "auth_user", emptyIsNothing(options.text("auth_user")));
    if (!options.text("auth_user").isEmpty()) {
      set("auth.query_database", "auth_dbname", emptyIsNothing(options.text("auth_dbname")));
    }
  }

  private void hba() {
    if (options.text("auth_hba_file").isEmpty()) {
      report.mistake(options.place("auth_type"), "hba without auth_hba_file", "both");
      return;
    }
    set("auth.hba_file", "auth_hba_file", options.translated("auth_hba_file", Kind.FILE));
    if (!options.text("auth_ident_file").isEmpty()) {
      set("auth.ident_file", "auth_ident_file", options.translated("auth_ident_file", Kind.FILE));
    }
  }

  /// The options are written as behind the method of an HBA line.
  private void ldap() {
    lines("ldap " + options.text("auth_ldap_options"), "auth_ldap_options");
  }

  private void lines(String method, String option) {
    root.set(
        "auth.hba",
        Draft.Items.of(
            List.of("local all all " + method, "host all all all " + method),
            options.from(option)));
  }

  private static @Nullable String emptyIsNothing(String text) {
    return text.isEmpty() ? null : text;
  }

  private void console() {
    Draft.Section users = new Draft.Section();
    for (String role : List.of("stats", "admin")) { // who is both, commands
      for (String user : words(options.text(role + "_users"))) {
        users.section(user).set("role", role, options.from(role + "_users"));
      }
    }
    if (!users.isEmpty()) {
      root.section("admin").set("users", users);
    }
  }

  private void tls(String side, Draft.Section where, String modeKey) {
    String prefix = side + "_tls_";
    String mode = where.text("tls." + modeKey);
    boolean checks = mode != null && mode.startsWith("verify");
    String authority = options.translated(prefix + "ca_file", Kind.FILE);
    if (authority != null && checks) {
      where.set("tls.ca_file", authority, options.from(prefix + "ca_file"));
    } else if (authority != null) {
      report.needless(options.place(prefix + "ca_file"), "the mode checks no certificates");
    }
    protocols(prefix + "protocols", where);
    ciphers(prefix + "ciphers", where);
    named(side + "_tls13_ciphers", "tls.tls13_ciphers", where);
  }

  private void protocols(String option, Draft.Section where) {
    List<String> asked = words(options.text(option).toLowerCase(Locale.ROOT).replace(':', ','));
    if (asked.isEmpty() || asked.equals(List.of("secure"))) {
      return;
    }
    boolean all = asked.contains("all") || asked.contains("legacy");
    List<String> spoken =
        List.of("tlsv1.2", "tlsv1.3").stream()
            .filter(version -> all || asked.contains(version) || asked.contains("secure"))
            .map(version -> version.replace("tlsv", "TLSv"))
            .toList();
    if (all || asked.contains("tlsv1.0") || asked.contains("tlsv1.1")) {
      report.lost(options.place(option), "versions before TLSv1.2 are not spoken");
    }
    if (spoken.isEmpty()) {
      report.mistake(options.place(option), "none that is spoken", "secure | tlsv1.2 | tlsv1.3");
    } else {
      where.set("tls.protocols", Draft.Items.of(spoken, options.from(option)));
    }
  }

  private void ciphers(String option, Draft.Section where) {
    String asked = options.text(option);
    if (List.of("", "default", "secure", "fast", "normal", "all", "compat").contains(asked)) {
      return;
    }
    List<String> names = Arrays.stream(asked.split("[:, ]")).filter(n -> !n.isEmpty()).toList();
    if (names.stream().allMatch(name -> name.contains("-") && name.matches("[A-Z0-9-]+"))) {
      where.set("tls.ciphers", Draft.Items.of(names, options.from(option)));
    } else {
      report.lost(options.place(option), "only names of suites are known, no rules to choose them");
    }
  }

  private void curves(String option, Draft.Section where) {
    switch (options.text(option).toLowerCase(Locale.ROOT)) {
      case "none" ->
          report.lost(options.place(option), "without a curve there is no key exchange here");
      case "auto", "" -> {}
      default -> named(option, "tls.groups", where);
    }
  }

  /// A list with colons, as OpenSSL has them.
  private void named(String option, String key, Draft.Section where) {
    List<String> names =
        Arrays.stream(options.text(option).split("[: ,]")).filter(n -> !n.isEmpty()).toList();
    if (!names.isEmpty()) {
      where.set(key, Draft.Items.of(names, options.from(option)));
    }
  }

  private void log() {
    root.set("log.format", "pgbouncer", null);
    root.set("runtime.wait_for_clients", "true", null);
    int verbose = options.number("verbose");
    if (verbose > 0) {
      set("log.level", "verbose", verbose == 1 ? "debug" : "trace");
    }
  }

  /// The listeners: each address with the port, and the Unix socket.
  Draft.Items listeners() {
    Draft.Items all = new Draft.Items(new ArrayList<>());
    String port = options.translated("listen_port", Kind.NUMBER);
    for (String address : words(options.text("listen_addr"))) {
      Draft.Section one = listener(address, "listen_addr", port);
      one.add(listener);
      all.items().add(one);
    }
    String directory = options.text("unix_socket_dir");
    if (!directory.isEmpty()) {
      all.items().add(unixListener(directory, port));
    }
    if (all.items().isEmpty()) {
      report.mistake(
          options.place("listen_addr"), "no place to listen", "listen_addr or unix_socket_dir");
    }
    return all;
  }

  private Draft.Section listener(String address, String option, @Nullable String port) {
    Draft.Section one = new Draft.Section();
    one.set("address", address, options.from(option));
    if (port != null) {
      one.set("port", port, options.from("listen_port"));
    }
    one.set("role", "any", null);
    return one;
  }

  private Draft.Section unixListener(String directory, @Nullable String port) {
    String place =
        directory.startsWith("@") ? directory : String.valueOf(Kind.FILE.translate(directory));
    Draft.Section one = listener(place, "unix_socket_dir", port);
    one.add(listener);
    one.keys().remove("tls"); // never on a Unix socket
    one.keys().remove("reuse_port");
    String mode = options.text("unix_socket_mode");
    if (!mode.equals("0777")) {
      one.set("unix_mode", mode, options.from("unix_socket_mode"));
    }
    if (!options.text("unix_socket_group").isEmpty()) {
      one.set("unix_group", options.text("unix_socket_group"), options.from("unix_socket_group"));
    }
    return one;
  }

  /// Whether clients are let in whoever they say they are.
  boolean takesAnyUser() {
    return options.text("auth_type").equalsIgnoreCase("any");
  }

  /// The most clients of each database that says nothing of it.
  int clientsOfDatabase() {
    return options.number("max_db_client_connections");
  }
}
