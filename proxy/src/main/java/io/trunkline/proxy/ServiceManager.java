package io.trunkline.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells systemd how the process is, if it asks for that: a unit with `Type=notify`, or
/// `notify-reload`. sd_notify(3).
final class ServiceManager implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

  private final @Nullable Datagrams socket;

  private ServiceManager(@Nullable Datagrams socket) {
    this.socket = socket;
  }

  /// @param environment of the process
  static ServiceManager of(Map<String, String> environment) {
    String path = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (path.isEmpty()) {
      return new ServiceManager(null);
    }
    try {
      return new ServiceManager(Datagrams.to(path));
    } catch (IllegalStateException none) {
      log.warn("the service manager is not told anything: {}", none.getMessage());
      return new ServiceManager(null);
    }
  }

  /// Clients are served.
  void ready() {
    tell("READY=1\nMAINPID=" + ProcessHandle.current().pid());
  }

  /// The configuration is being read anew; [#ready] ends that.
  void reloading() {
    tell("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
  }

  void stopping() {
    tell("STOPPING=1");
  }

  private void tell(String state) {
    if (socket != null) {
      socket.send(state.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
    }
  }
}
