package io.trunkline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WireTextTest {

  @Property
  void decode_anyBytes_encodesToTheSameBytes(@ForAll @Size(max = 40) byte[] bytes) {
    assertThat(WireText.encode(WireText.decode(bytes))).isEqualTo(bytes);
  }

  @Test
  void decode_utf8_isTheText() {
    String text = "jörg ☃ 😀";
    assertThat(WireText.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    assertThat(WireText.isUtf8(text)).isTrue();
  }

  @Test
  void decode_latin1_isNotUtf8ButSurvives() {
    byte[] latin1 = "jörg".getBytes(StandardCharsets.ISO_8859_1);
    String text = WireText.decode(latin1);
    assertThat(WireText.isUtf8(text)).isFalse();
    assertThat(text).isEqualTo("j\uDCF6rg");
    assertThat(WireText.encode(text)).isEqualTo(latin1);
  }

  @Test
  void decode_utf8OfASurrogate_survives() {
    byte[] cesu = {(byte) 0xED, (byte) 0xB2, (byte) 0x80, 'x'};
    assertThat(WireText.encode(WireText.decode(cesu))).isEqualTo(cesu);
  }
}
