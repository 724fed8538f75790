package io.trunkline.lab;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Who is where in the lab's network.
///
/// @param prefix the first three numbers of the addresses
record Addresses(String prefix) {
  static final int DATA_NODES = 3;

  String subnet() {
    return prefix + ".0/24";
  }

  String data(int node) {
    return prefix + "." + (11 + node);
  }

  String proxy(int node) {
    return prefix + "." + (21 + node);
  }

  /// The one address of both proxies.
  String virtual() {
    return prefix + ".100";
  }

  static String dataName(int node) {
    return "node" + (node + 1);
  }

  static String proxyName(int node) {
    return "proxy" + (node + 1);
  }

  List<String> allData() {
    return IntStream.range(0, DATA_NODES).mapToObj(this::data).toList();
  }

  /// As the script `node` in the image wants it.
  String nodes() {
    return IntStream.range(0, DATA_NODES)
        .mapToObj(node -> dataName(node) + "=" + data(node))
        .collect(Collectors.joining(" "));
  }
}
