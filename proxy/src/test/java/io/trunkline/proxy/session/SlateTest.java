package io.trunkline.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlateTest {
  private final Slate slate = new Slate();

  private void asks(String text) {
    ByteBuf in = Unpooled.copiedBuffer("Q" + text + "\0", StandardCharsets.ISO_8859_1);
    slate.onQuery(in, 1, in.readableBytes() - 1);
    in.release();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ";", "SELECT 1", " select 1 ; ", "BEGIN", "Commit;", "rollback\n", "END"})
  void onQuery_harmless_staysClean(String text) {
    asks(text);
    slate.onQuiet();
    assertThat(slate.isClean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 11",
        "SELECT\u00a01",
        "SELECT 1 FROM t",
        "SELECT 1;;SELECT f()",
        "beg1n",
        "BEGIN;LISTEN x",
        "\u000bSELECT 1",
        "TABLE t"
      })
  void onQuery_anythingElse_isNotClean(String text) {
    asks(text);
    slate.onQuiet();
    assertThat(slate.isClean()).isFalse();
  }

  @Test
  void discardAll_done_isClean_andSaysSoOnce() {
    asks("LISTEN a");
    slate.onQuiet();
    asks("DISCARD ALL");
    assertThat(slate.isClean()).as("not answered yet").isFalse();
    assertThat(slate.onQuiet()).isTrue();
    assertThat(slate.isClean()).isTrue();
    assertThat(slate.onQuiet()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"  DISCARD ALL", "discard all;", "DISCARD ALL ; \n", "\tDiscard All"})
  void discardAll_inOtherWords_isItAsWell(String text) {
    asks("LISTEN a");
    asks(text);
    slate.onQuiet();
    assertThat(slate.isClean()).isTrue();
  }

  @Test
  void discardAll_failed_orFollowed_isNotClean() {
    asks("LISTEN a");
    asks("DISCARD ALL");
    slate.onError();
    slate.onQuiet();
    assertThat(slate.isClean()).isFalse();
    asks("DISCARD ALL");
    slate.onOther();
    slate.onQuiet();
    assertThat(slate.isClean()).isFalse();
    asks("DISCARD ALL");
    asks("LISTEN b");
    slate.onQuiet();
    assertThat(slate.isClean()).isFalse();
  }

  @Test
  void load_outlastsDiscardAll() {
    slate.onLoaded();
    asks("DISCARD ALL");
    slate.onQuiet();
    assertThat(slate.isClean()).isFalse();
  }
}
