package io.trunkline.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/// The whole stack. Up after [#start]; gone after [#close], or at the latest when the next one
/// starts.
final class Lab implements AutoCloseable {
  static final int WRITE_PORT = 5000;
  static final int READ_PORT = 5001;

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /// The program that is tried: the one built here, if no other is named.
  private static final String PROGRAM =
      System.getProperty(
          "trunkline.lab.program", ROOT.resolve("proxy/target/trunkline").toString());

  private static final int PROXY_NODES = 2;
  private static final int SUBNETS_TRIED = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// Usually enough to recover by itself: its `ttl`, and some loops.
  private static final Duration PATIENCE_WITH_PATRONI = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final String image;
  private final String networkId;
  private final Addresses addresses;
  private final DataCluster cluster;
  private final List<ProxyNode> proxies = new ArrayList<>();
  private final List<String> byHand = new ArrayList<>();
  private OptionalLong fenceLifted = OptionalLong.empty();

  private Lab(String image, DockerClient docker) throws IOException {
    this.image = image;
    Leftovers.remove(docker);
    NetworkMade made = makeNetwork(docker);
    this.networkId = made.id;
    this.addresses = made.addresses;
    List<DataNode> data = new ArrayList<>();
    for (int i = 0; i < Addresses.DATA_NODES; i++) {
      data.add(dataNode(i));
    }
    this.cluster = new DataCluster(data);
    for (int i = 0; i < PROXY_NODES; i++) {
      proxies.add(proxyNode(i));
    }
  }

  static Lab start() throws IOException {
    Lab lab =
        new Lab(
            new ImageFromDockerfile("trunkline-lab", false)
                .withFileFromPath(".", ROOT.resolve("lab/image"))
                .get(),
            DockerClientFactory.instance().client());
    try {
      Stream.concat(lab.cluster.nodes().stream(), lab.proxies.stream())
          .parallel()
          .forEach(Node::up);
      lab.awaitWell();
      return lab;
    } catch (RuntimeException failure) {
      lab.close();
      throw failure;
    }
  }

  private record NetworkMade(String id, Addresses addresses) {}

  /// Addresses are chosen here, for the nodes know each other by them before they are there.
  private static NetworkMade makeNetwork(DockerClient docker) {
    DockerException taken = null;
    for (int i = 0; i < SUBNETS_TRIED; i++) {
      Addresses addresses = new Addresses("10.87." + (40 + i));
      Ipam ipam = new Ipam().withConfig(new Ipam.Config().withSubnet(addresses.subnet()));
      String name = "trunkline-lab-" + ProcessHandle.current().pid();
      try {
        String id =
            docker
                .createNetworkCmd()
                .withName(name)
                .withIpam(ipam)
                .withLabels(Leftovers.mine())
                .exec()
                .getId();
        return new NetworkMade(id, addresses);
      } catch (DockerException e) {
        taken = e;
      }
    }
    throw new IllegalStateException("no network to be had", taken);
  }

  private DataNode dataNode(int index) {
    String name = Addresses.dataName(index);
    String address = addresses.data(index);
    return new DataNode(name, address, container("data", name, address), http);
  }

  private ProxyNode proxyNode(int index) throws IOException {
    String name = Addresses.proxyName(index);
    String address = addresses.proxy(index);
    Path conf = ROOT.resolve("conf/keepalived");
    GenericContainer<?> container =
        container("proxy", name, address)
            .withFileSystemBind(System.getProperty("java.home"), "/opt/jdk", BindMode.READ_ONLY)
            .withFileSystemBind(PROGRAM, "/opt/trunkline", BindMode.READ_ONLY)
            .withEnv("TRUNKLINE_JAVA_OPTS", "-Xmx256m -XX:+UseSerialGC")
            .withCopyToContainer(
                MountableFile.forHostPath(conf.resolve("check-trunkline"), 0755),
                "/usr/local/bin/check-trunkline")
            .withCopyToContainer(
                Transferable.of(ProxyFiles.keepalived(conf, addresses, index)),
                "/etc/lab/keepalived.conf")
            .withCopyToContainer(
                Transferable.of(ProxyFiles.trunkline(addresses, index)), "/etc/lab/trunkline.yml");
    return new ProxyNode(name, address, container, addresses.virtual());
  }

  private GenericContainer<?> container(String role, String name, String address) {
    return new GenericContainer<>(image)
        .withLabels(Leftovers.mine())
        .withEnv(Map.of("ROLE", role, "NAME", name, "ADDRESS", address, "NODES", addresses.nodes()))
        .withCreateContainerCmdModifier(command -> {
          command.withHostName(name).withIpv4Address(address);
          HostConfig host = command.getHostConfig();
          if (host != null) {
            host.withInit(true)
                .withNetworkMode(networkId)
                .withCapAdd(Capability.NET_ADMIN, Capability.NET_RAW);
          }
        });
  }

  /// Waits until both ports are right and nobody lacks anything. What does not recover by itself is
  /// done by hand, as an operator would: a standby that cannot follow the leader is built anew;
  /// where Patroni went back to a lower timeline, which a fence does not let through, it is lifted.
  void awaitWell() {
    try {
      awaitWell(PATIENCE_WITH_PATRONI);
    } catch (ConditionTimeoutException unwell) {
      byHand.addAll(cluster.rebuildStandbys());
      if (holdsWritesBack()) {
        fenceLifted = OptionalLong.of(System.nanoTime());
        proxies.forEach(proxy -> proxy.command("FORGET_FENCE lab"));
        byHand.add("FORGET_FENCE");
      }
      awaitWell(PATIENCE);
    }
  }

  /// Whether the fence keeps writes from the leader Patroni has chosen.
  private boolean holdsWritesBack() {
    return new Ports(addresses.virtual()).wrong(cluster).orElse("").contains("timeline");
  }

  private void awaitWell(Duration patience) {
    Awaitility.await()
        .atMost(patience)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(() ->
            unwell()
                .ifPresent(why -> {
                  throw new AssertionError(why);
                }));
  }

  /// What is not as it should be; empty when all is well.
  Optional<String> unwell() {
    long holders = proxies.stream().filter(ProxyNode::holdsTheAddress).count();
    if (holders != 1) {
      return Optional.of(holders + " proxies hold the address");
    }
    return cluster.unwell().or(() -> new Ports(addresses.virtual()).wrong(cluster));
  }

  /// One more standby, without an etcd of its own; empty at first.
  void addReplica() {
    String name = Addresses.dataName(Addresses.DATA_NODES);
    String address = addresses.data(Addresses.DATA_NODES);
    DataNode node = new DataNode(name, address, container("replica", name, address), http);
    node.up();
    cluster.add(node);
  }

  void removeReplica() {
    DataNode node = cluster.nodes().getLast();
    cluster.remove(node);
    node.stop("patroni");
    node.close();
  }

  /// What had to be done by hand since this was asked last.
  List<String> takeDoneByHand() {
    List<String> done = List.copyOf(byHand);
    byHand.clear();
    return done;
  }

  /// When the fence was lifted, if it was since this was asked last.
  OptionalLong takeFenceLifted() {
    OptionalLong lifted = fenceLifted;
    fenceLifted = OptionalLong.empty();
    return lifted;
  }

  DataCluster cluster() {
    return cluster;
  }

  /// The proxy that has the shared address.
  ProxyNode master() {
    return proxies.stream()
        .filter(ProxyNode::holdsTheAddress)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no proxy has the address"));
  }

  ProxyNode backup() {
    ProxyNode master = master();
    return proxies.stream().filter(proxy -> !proxy.equals(master)).findFirst().orElseThrow();
  }

  List<ProxyNode> proxies() {
    return List.copyOf(proxies);
  }

  /// Where applications connect.
  String address() {
    return addresses.virtual();
  }

  /// Keeps what every service has said.
  void keepLogs(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (DataNode node : cluster.nodes()) {
      Files.writeString(directory.resolve(node.name() + "-patroni.log"), node.log("patroni"));
      Files.writeString(directory.resolve(node.name() + "-etcd.log"), node.log("etcd"));
    }
    for (ProxyNode node : proxies) {
      Files.writeString(directory.resolve(node.name() + "-trunkline.log"), node.log("trunkline"));
      Files.writeString(directory.resolve(node.name() + "-keepalived.log"), node.log("keepalived"));
    }
  }

  @Override
  public void close() {
    http.close();
    cluster.nodes().parallelStream().forEach(Node::close);
    proxies.parallelStream().forEach(Node::close);
    DockerClientFactory.instance().client().removeNetworkCmd(networkId).exec();
  }
}
