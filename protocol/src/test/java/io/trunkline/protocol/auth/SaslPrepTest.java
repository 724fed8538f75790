package io.trunkline.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.WireText;
import io.trunkline.settings.Secret;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// The examples of RFC 4013, section 3, with PostgreSQL's way out where the RFC refuses.
class SaslPrepTest {

  private static String prepared(String text) {
    return WireText.decode(SaslPrep.prepare(Secret.of(text)));
  }

  @Test
  void prepare_examplesOfTheRfc_areMapped() {
    assertThat(prepared("I\u00ADX")).isEqualTo("IX");
    assertThat(prepared("user")).isEqualTo("user");
    assertThat(prepared("USER")).isEqualTo("USER");
    assertThat(prepared("\u00AA")).isEqualTo("a");
    assertThat(prepared("\u2168")).isEqualTo("IX");
    assertThat(prepared("a\u00A0b")).isEqualTo("a b");
  }

  @Test
  void prepare_prohibited_isUsedAsItIs() {
    assertThat(prepared("\u0007")).isEqualTo("\u0007");
    assertThat(prepared("é\u0007")).isEqualTo("é\u0007");
    assertThat(prepared("\u06271")).isEqualTo("\u06271");
  }

  @Test
  void prepare_nothingLeft_isUsedAsItIs() {
    assertThat(prepared("\u00AD")).isEqualTo("\u00AD");
  }

  @Test
  void prepare_notUtf8_isUsedAsItIs() {
    byte[] latin1 = {'j', (byte) 0xF6, 'r', 'g', (byte) 0xAA};
    assertThat(SaslPrep.prepare(Secret.of(WireText.decode(latin1)))).isEqualTo(latin1);
  }

  @Property
  void prepare_anyText_isSomething(@ForAll String text) {
    byte[] prepared = SaslPrep.prepare(Secret.of(text));
    assertThat(prepared.length == 0).isEqualTo(text.isEmpty());
  }
}
