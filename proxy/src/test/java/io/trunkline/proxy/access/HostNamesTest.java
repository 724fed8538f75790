package io.trunkline.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whoever owns an address may name it as he likes: the name must lead back.
class HostNamesTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("10.0.0.1");

  private final Map<String, InetAddress[]> forward = new HashMap<>();
  private String reverse = "db.example.com";
  private int asked;
  private long now;

  private final HostNames names =
      new HostNames(
          new HostNames.Service() {
            @Override
            public String nameOf(InetAddress address) {
              asked++;
              return reverse;
            }

            @Override
            public InetAddress[] addressesOf(String name) throws UnknownHostException {
              InetAddress[] found = forward.get(name);
              if (found == null) {
                throw new UnknownHostException(name);
              }
              return found;
            }
          },
          () -> now);

  @Test
  void of_nameThatLeadsBack_counts() {
    forward.put(reverse, new InetAddress[] {InetAddress.ofLiteral("10.0.0.9"), CLIENT});
    assertThat(names.of(CLIENT)).isEqualTo("db.example.com");
  }

  @Test
  void of_nameThatLeadsElsewhereOrNowhere_isNone() {
    assertThat(names.of(CLIENT)).isNull();
    now += Duration.ofMinutes(1).toNanos();
    forward.put(reverse, new InetAddress[] {InetAddress.ofLiteral("10.0.0.9")});
    assertThat(names.of(CLIENT)).isNull();
  }

  @Test
  void of_addressWithoutName_isNone() {
    reverse = "10.0.0.1";
    forward.put(reverse, new InetAddress[] {CLIENT});
    assertThat(names.of(CLIENT)).isNull();
  }

  @Test
  void of_sameAddress_isAskedForNowAndThen() {
    forward.put(reverse, new InetAddress[] {CLIENT});
    names.of(CLIENT);
    names.of(CLIENT);
    assertThat(asked).isEqualTo(1);
    now += Duration.ofMinutes(1).toNanos();
    names.of(CLIENT);
    assertThat(asked).isEqualTo(2);
  }
}
