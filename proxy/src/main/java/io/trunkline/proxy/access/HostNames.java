package io.trunkline.proxy.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.trunkline.protocol.NanoTime;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The names of clients' addresses, by the system's name service, and only where the name leads
/// back to the address: whoever has an address may name it as he likes. Blocks. (PostgreSQL docs,
/// "The pg_hba.conf File", on host names.)
final class HostNames {
  private static final int KEPT_MAX = 10_000;
  private static final Duration KEPT = Duration.ofSeconds(15);

  /// Asks the name service.
  interface Service {
    /// The name of an address; the address itself, as text, when it has none.
    String nameOf(InetAddress address);

    InetAddress[] addressesOf(String name) throws UnknownHostException;

    /// The system's.
    static Service ofSystem() {
      return new Service() {
        @Override
        public String nameOf(InetAddress address) {
          return address.getCanonicalHostName();
        }

        @Override
        public InetAddress[] addressesOf(String name) throws UnknownHostException {
          return InetAddress.getAllByName(name);
        }
      };
    }
  }

  private final Service service;
  private final Cache<InetAddress, Optional<String>> known;

  HostNames(Service service, NanoTime clock) {
    this.service = service;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(KEPT_MAX)
            .expireAfterWrite(KEPT)
            .ticker(clock::now)
            .executor(Runnable::run)
            .build();
  }

  /// Null when it has none.
  @Nullable String of(InetAddress client) {
    Optional<String> kept = known.getIfPresent(client);
    if (kept == null) { // not asked inside the cache, which would make others wait
      kept = ask(client);
      known.put(client, kept);
    }
    return kept.orElse(null);
  }

  private Optional<String> ask(InetAddress client) {
    try {
      InetAddress plain = InetAddress.getByAddress(client.getAddress()); // remembers no name
      String name = service.nameOf(plain);
      boolean back =
          !name.equals(plain.getHostAddress())
              && Arrays.asList(service.addressesOf(name)).contains(plain);
      return back ? Optional.of(name) : Optional.empty();
    } catch (UnknownHostException expected) {
      return Optional.empty();
    }
  }
}
