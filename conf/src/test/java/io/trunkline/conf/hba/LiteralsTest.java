package io.trunkline.conf.hba;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralsTest {

  /// The examples of RFC 5952, and what mapped addresses and zones come to.
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "0.0.0.0, 0.0.0.0",
    "::, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "2001:0DB8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "ffff:ffff::, ffff:ffff::",
    "::ffff:10.0.0.1, ::ffff:10.0.0.1",
    "fe80::1%eth0, fe80::1"
  })
  void text_ofWhatWasParsed_isTheShortForm(String written, String shown) {
    InetAddress address = Objects.requireNonNull(Literals.parse(written));
    assertThat(Literals.text(address)).isEqualTo(shown);
    assertThat(address.getAddress()).hasSize(written.contains(":") ? 16 : 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "010.0.0.1", "10.00.0.1", "300.0.0.1", "1%x", "::g"})
  void parse_otherText_isNoAddress(String text) {
    assertThat(Literals.parse(text)).isNull();
  }
}
