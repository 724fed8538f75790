package io.trunkline.conf;

import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.tls.ClientTlsSettings;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.RoutingSettings;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Partial;
import io.trunkline.settings.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One place where clients connect.
public record ListenerSettings(
    @Setting(
            value =
                "The address to listen on: a name, an IPv4 or IPv6 address, or `*` for all; a"
                    + " directory (`/run/trunkline`) for the Unix socket `.s.PGSQL.PORT` in it; `@`"
                    + " and a name for one in Linux' abstract namespace.",
            byDefault = "*")
        String address,
    @Setting(
            value = "The port, also of a Unix socket; 0 lets the system choose one.",
            required = true,
            atMost = "65535")
        int port,
    @Setting(
            value =
                "Where its clients go: to the primary alone, to standbys, to standbys or else the"
                    + " primary, or to any member that lives.",
            byDefault = "primary")
        ListenerRole role,
    @Setting(
            value =
                "How long a client keeps its server connection; a database or user may say"
                    + " otherwise. A replication connection always has its own.",
            byDefault = "transaction")
        PoolMode poolMode,
    @Setting("The cluster its clients go to; may be left out while there is only one.")
        @Nullable String cluster,
    @Setting("Pool settings that differ for its clients.") Partial<PoolSettings> pool,
    @Setting("Routing settings that differ from the cluster's.") Partial<RoutingSettings> routing,
    @Setting("TLS with its clients.") ClientTlsSettings tls,
    @Setting("How its clients prove who they are, where that differs from `auth`.")
        @Nullable AuthMethod authMethod,
    @Setting(
            value = "Connections the system may hold before they are accepted.",
            byDefault = "1024",
            atLeast = "1",
            atMost = "65535")
        int backlog,
    @Setting(
            value =
                "Whether other processes may listen there too, each getting some of the clients"
                    + " (SO_REUSEPORT).",
            byDefault = "false")
        boolean reusePort,
    @Setting(
            value = "Who may use the Unix socket: permissions as chmod takes them.",
            byDefault = "0777")
        String unixMode,
    @Setting("The group the Unix socket belongs to; else that of the process.")
        @Nullable String unixGroup,
    @Setting(
            "Settings that clients may ask for at their start in vain: they are dropped. All others"
                + " are passed on.")
        List<String> ignoreStartupParameters,
    @Setting(
            value =
                "Add where a client comes from to its application_name, as ` - host:port`; it may"
                    + " set another later.",
            byDefault = "false")
        boolean applicationNameAddHost,
    @Setting("Labels a member must have, every one, to get its clients.")
        Map<String, String> tags) {

  public ListenerSettings {
    tags = ProxyConfig.inOrder(tags);
    ignoreStartupParameters =
        ignoreStartupParameters.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  /// Where its Unix socket is; null for TCP.
  public @Nullable String socketFile() {
    boolean unix = address.startsWith("/") || address.startsWith("@");
    return unix ? new HostPort(address, Math.max(1, port)).socketFile() : null;
  }

  /// How long a client keeps its server connection: the user's word counts most, then the
  /// database's.
  public PoolMode poolMode(DatabaseSettings database, UserSettings user) {
    if (user.poolMode() != null) {
      return user.poolMode();
    }
    return database.poolMode() != null ? database.poolMode() : poolMode;
  }

  /// How its clients prove who they are.
  public AuthMethod authMethod(AuthSettings auth) {
    return authMethod != null ? authMethod : auth.method();
  }
}
