package io.trunkline.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;

/// One machine of the lab: what can be done to it and to the services on it.
class Node implements AutoCloseable {
  private final String name;
  private final String address;
  private final GenericContainer<?> container;

  Node(String name, String address, GenericContainer<?> container) {
    this.name = name;
    this.address = address;
    this.container = container;
  }

  String name() {
    return name;
  }

  String address() {
    return address;
  }

  void up() {
    container.start();
  }

  /// Runs a command there.
  ///
  /// @throws IllegalStateException when it fails, with all it has said
  String run(String... command) {
    ExecResult result = attempt(command);
    if (result.getExitCode() != 0) {
      throw new IllegalStateException(
          "%s on %s: %s%s"
              .formatted(String.join(" ", command), name, result.getStdout(), result.getStderr()));
    }
    return result.getStdout();
  }

  /// Runs a command there and tells how it went.
  ExecResult attempt(String... command) {
    try {
      return container.execInContainer(command);
    } catch (IOException e) {
      throw new IllegalStateException("no command could be run on " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  void start(String service) {
    run("node", "start", service);
  }

  void stop(String service) {
    run("node", "stop", service);
  }

  /// SIGKILL.
  void kill(String service) {
    run("node", "kill", service);
  }

  /// SIGKILL for what the service has started.
  void killChildren(String service) {
    run("node", "kill-children", service);
  }

  boolean runs(String service) {
    return attempt("node", "running", service).getExitCode() == 0;
  }

  /// No packet goes in or out, but for those the node sends itself.
  void cutOff() {
    run("iptables", "-A", "INPUT", "!", "-i", "lo", "-j", "DROP");
    run("iptables", "-A", "OUTPUT", "!", "-o", "lo", "-j", "DROP");
  }

  /// Nothing to or from these ports of other machines.
  void cutOffPorts(String... ports) {
    String list = String.join(",", ports);
    for (String chain : new String[] {"INPUT", "OUTPUT"}) {
      for (String side : new String[] {"--dports", "--sports"}) {
        run(
            "iptables",
            "-A",
            chain,
            "!",
            chain.equals("INPUT") ? "-i" : "-o",
            "lo",
            "-p",
            "tcp",
            "-m",
            "multiport",
            side,
            list,
            "-j",
            "DROP");
      }
    }
  }

  void reconnect() {
    run("iptables", "-F");
  }

  void networkDown() {
    run("ip", "link", "set", "eth0", "down");
  }

  void networkUp() {
    run("ip", "link", "set", "eth0", "up");
  }

  /// Every process stands still.
  void freeze() {
    // Processes that come and go may escape the first try.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsInstanceOf(InternalServerErrorException.class)
        .until(() -> {
          docker().pauseContainerCmd(container.getContainerId()).exec();
          return true;
        });
  }

  void thaw() {
    docker().unpauseContainerCmd(container.getContainerId()).exec();
  }

  /// The plug is pulled.
  void powerOff() {
    docker().killContainerCmd(container.getContainerId()).exec();
  }

  /// Comes up again with the disk it had.
  void powerOn() {
    docker().startContainerCmd(container.getContainerId()).exec();
  }

  String log(String service) {
    return attempt("tail", "-n", "200", "/var/log/lab/" + service + ".log").getStdout();
  }

  @Override
  public void close() {
    container.close();
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }
}
