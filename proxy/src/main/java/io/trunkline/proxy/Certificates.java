package io.trunkline.proxy;

import io.trunkline.protocol.tls.TlsRenewal;
import io.trunkline.settings.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates, keys, authorities and revocation lists of every listener and cluster, which
/// may be read anew while the proxy runs: all of them or none.
///
/// Any thread may use it; there is one reading at a time.
final class Certificates {
  private static final Logger log = LoggerFactory.getLogger(Certificates.class);

  /// What reads them, by the key of the settings that name the files.
  private final Map<String, Supplier<TlsRenewal>> places = new LinkedHashMap<>();

  synchronized void add(String key, Supplier<TlsRenewal> place) {
    places.put(key, place);
  }

  /// The places whose keys begin so are these from now on.
  synchronized void replace(String prefix, Map<String, Supplier<TlsRenewal>> by) {
    places.keySet().removeIf(key -> key.startsWith(prefix));
    places.putAll(by);
  }

  /// Reads every file. If all are good, new connections use them; else nothing changes. Blocking.
  ///
  /// @return what is wrong, with whole keys; empty when the new ones are in use
  synchronized List<Problem> reload() {
    List<TlsRenewal> renewals = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    places.forEach((key, place) -> {
      TlsRenewal renewal = place.get();
      renewals.add(renewal);
      renewal.problems().forEach(problem -> problems.add(in(key, problem)));
    });
    if (problems.isEmpty()) {
      renewals.forEach(TlsRenewal::use);
      log.info("certificates are read again: new connections use them");
    } else {
      problems.forEach(problem ->
          log.error(
              "certificates stay as they were: {}: found {}, allowed {}",
              problem.key(),
              problem.found(),
              problem.allowed()));
    }
    return problems;
  }

  private static Problem in(String place, Problem problem) {
    String key = problem.key().isEmpty() ? place : place + "." + problem.key();
    return new Problem(key, problem.found(), problem.allowed());
  }
}
