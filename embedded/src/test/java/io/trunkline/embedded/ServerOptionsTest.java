package io.trunkline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.settings.Secret;
import org.junit.jupiter.api.Test;

class ServerOptionsTest {
  @Test
  void setting_givenTwice_lastOneWins() {
    ServerOptions options =
        ServerOptions.newest().setting("max_connections", "5").setting("max_connections", "9");

    assertThat(options.settings()).containsOnly(java.util.Map.entry("max_connections", "9"));
  }

  @Test
  void hba_severalLines_keepTheirOrder() {
    ServerOptions options = ServerOptions.postgres(13).hba("first").hba("second");

    assertThat(options.hba()).containsExactly("first", "second");
    assertThat(options.version()).isEqualTo(13);
  }

  @Test
  void toString_withPassword_hidesIt() {
    assertThat(ServerOptions.newest().password(Secret.of("hunter2")).toString())
        .doesNotContain("hunter2");
  }
}
