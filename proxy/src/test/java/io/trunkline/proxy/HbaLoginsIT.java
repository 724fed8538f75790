package io.trunkline.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Frontend;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same lines in PostgreSQL and in Trunkline, and every client of a crowd before both: let in,
/// asked for the same, or told the same.
class HbaLoginsIT {
  private static final String HBA =
      """
      local     all           alice      peer map=us
      local     all           postgres   ident
      local     shop          bob        reject
      local     all           all        scram-sha-256
      host      sameuser      all        127.0.0.1/32    trust
      host      samerole      all        127.0.0.1/32    password
      host      all           postgres   localhost       password
      host      all           bob        .localdomain    trust
      host      all           +staff     127.0.0.2/32    trust
      host      "/^sh[o]p$"   /^b.b$     127.0.0.2/32    password
      host      all           /^(?!bob)  127.0.0.2/32    md5
      host      shop,sales    alice,bob  127.0.0.3 255.255.255.255 md5
      host      all           @names     127.0.0.3/32    trust
      hostssl   all           all        127.0.0.4/32    trust
      hostnossl all           bob        127.0.0.4/32    scram-sha-256
      host      replication   all        127.0.0.5/32    trust
      host      all           all        127.0.0.5/32    reject
      host      "all"         all        127.0.0.6/32    trust
      host      all           "all"      127.0.0.6/32    trust
      host      all           "+staff"   127.0.0.6/32    trust
      host      all           +          127.0.0.6/32    trust
      host      all           alice      samehost        password
      host      shop          bob        samenet         scram-sha-256
      include_if_exists       nowhere
      """;

  private static final List<String> USERS =
      List.of("alice", "bob", "carol", "postgres", "staff", "nologin", "stranger");
  private static final List<String> DATABASES =
      List.of("shop", "sales", "alice", "staff", "all", "nowhere");
  private static final List<String> FROM =
      List.of(
          "local",
          "127.0.0.1",
          "127.0.0.2",
          "127.0.0.3",
          "127.0.0.4",
          "127.0.0.5",
          "127.0.0.6",
          "127.0.0.7");

  @TempDir private static Path sockets;

  private static EmbeddedServer judging;
  private static EmbeddedServer behind;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws IOException, SQLException {
    // A server in a user namespace of its own sees another name.
    String maps = "us \"" + System.getProperty("user.name") + "\" alice\nus nobody alice\n";
    ServerOptions options =
        ServerOptions.newest()
            .setting("unix_socket_directories", ".")
            .file("pg_ident.conf", maps)
            .file("names", "carol, \"stranger\"\n");
    for (String line : HBA.lines().toList()) {
      options = options.hba(line);
    }
    judging = withRoles(options);
    Path files = judging.dataDirectory();
    Path hba = files.resolve("pg_hba.conf");
    behind = withRoles(ServerOptions.newest());
    proxy =
        Configured.start(
            """
            listeners:
            - { address: 127.0.0.1, port: 0, role: any }
            - { address: '%s', port: 6543, role: any }
            clusters:
              main:
                members: ['127.0.0.1:%d']
                probe: { user: postgres, interval: 100ms, timeout: 500ms }
            databases: { '*': {} }
            auth: { query_user: postgres, hba_file: '%s', ident_file: '%s' }
            """
                .formatted(sockets, behind.port(), hba, files.resolve("pg_ident.conf")));
  }

  private static EmbeddedServer withRoles(ServerOptions options) throws IOException, SQLException {
    EmbeddedServer server = EmbeddedServer.create(options);
    for (String sql :
        List.of(
            "CREATE ROLE staff LOGIN PASSWORD 'staff'",
            "CREATE ROLE inner_staff IN ROLE staff",
            "CREATE ROLE alice LOGIN PASSWORD 'alice' IN ROLE inner_staff",
            "CREATE ROLE bob LOGIN REPLICATION PASSWORD 'bob'",
            "CREATE ROLE carol LOGIN PASSWORD 'carol'",
            "CREATE ROLE nologin PASSWORD 'nologin'",
            "CREATE DATABASE shop",
            "CREATE DATABASE sales",
            "CREATE DATABASE alice",
            "CREATE DATABASE staff",
            "CREATE DATABASE \"all\"")) {
      server.execute(sql);
    }
    return server;
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    behind.close();
    judging.close();
  }

  private static SocketChannel dial(String from, int port, Path socket) throws IOException {
    SocketAddress to =
        from.equals("local")
            ? UnixDomainSocketAddress.of(socket)
            : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    SocketChannel channel =
        from.equals("local")
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open().bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    channel.connect(to);
    return channel;
  }

  /// What a client hears until it is in, is asked or goes away.
  private static String heard(SocketChannel channel, Map<String, String> parameters)
      throws IOException {
    try (channel) {
      channel.write(ByteBuffer.wrap(Frontend.startup(Frontend.V3_0, parameters)));
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      while (true) {
        int tag = in.readUnsignedByte();
        byte[] body = in.readNBytes(in.readInt() - Integer.BYTES);
        if (tag == 'E') {
          return error(new String(body, UTF_8));
        } else if (tag != 'R') {
          return "in";
        }
        int code = ByteBuffer.wrap(body).getInt();
        if (code != 0) {
          return "asked " + code;
        }
      }
    }
  }

  private static String error(String fields) {
    Map<Character, String> byType = new LinkedHashMap<>();
    for (String field : fields.split("\0")) {
      if (!field.isEmpty()) {
        byType.put(field.charAt(0), field.substring(1));
      }
    }
    String ofServer = " \\[127\\..*]$"; // which server has said it
    String text = String.valueOf(byType.get('M')).replaceAll(ofServer, "");
    return byType.get('C') + " " + text;
  }

  private static List<String> crowd(int port, Path socket) throws IOException {
    List<String> all = new ArrayList<>();
    for (String from : FROM) {
      for (String user : USERS) {
        for (String database : DATABASES) {
          Map<String, String> parameters =
              new LinkedHashMap<>(Map.of("user", user, "database", database));
          String who = "%s %s %s: ".formatted(from, user, database);
          all.add(who + heard(dial(from, port, socket), parameters));
          if (database.equals("shop")) {
            parameters.put("replication", "true");
            all.add("replication " + who + heard(dial(from, port, socket), parameters));
          }
        }
      }
    }
    return all;
  }

  @Test
  void logins_ofACrowd_areTreatedAlike() throws IOException {
    Path theirs = judging.dataDirectory().resolve(".s.PGSQL." + judging.port());
    List<String> expected = crowd(judging.port(), theirs);
    List<String> found = crowd(Configured.port(proxy, 0), sockets.resolve(".s.PGSQL.6543"));
    assertThat(found).containsExactlyElementsOf(expected);
    assertThat(expected).anyMatch(line -> line.endsWith(": in"));
  }
}
