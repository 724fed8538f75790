package io.trunkline.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The docker daemon of this machine. The lab reaches its containers by their own addresses, which
/// works only where the daemon's bridge is this machine's: on Linux, through the local socket.
final class DockerHost {
  private static final Path SOCKET = Path.of("/var/run/docker.sock");
  private static final Pattern API_VERSION = Pattern.compile("\"ApiVersion\":\"([0-9.]+)\"");
  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  private DockerHost() {}

  /// Why there can be no lab here; empty where there can. Prepares the client for this daemon: it
  /// would ask for a version of the API that not every daemon has.
  static Optional<String> missing() {
    if (!Files.exists(SOCKET)) {
      return Optional.of("no docker daemon here (there is no %s)".formatted(SOCKET));
    }
    try {
      Matcher version = API_VERSION.matcher(ask());
      if (!version.find()) {
        return Optional.of("what listens on %s is no docker daemon".formatted(SOCKET));
      }
      System.setProperty("api.version", version.group(1));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("no docker daemon here (%s: %s)".formatted(SOCKET, e.getMessage()));
    }
  }

  private static String ask() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(SOCKET));
      channel.write(
          ByteBuffer.wrap("GET /version HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
      while (answer.hasRemaining() && channel.read(answer) >= 0) {
        // until the daemon has said all
      }
      return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }
  }
}
