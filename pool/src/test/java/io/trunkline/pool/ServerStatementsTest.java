package io.trunkline.pool;

import static io.trunkline.pool.PoolRig.statement;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerStatementsTest {
  private final ServerStatements statements = new ServerStatements();

  @Test
  void evictBeyond_full_isTheLeastRecentlyUsed() {
    SharedStatement one = statement("select 1");
    SharedStatement two = statement("select 2");
    SharedStatement three = statement("select 3");
    statements.noteParsed(one);
    statements.noteParsed(two);
    assertThat(statements.evictBeyond(2)).isNull();
    assertThat(statements.knows(one)).as("used now").isTrue();
    statements.noteParsed(three);
    assertThat(statements.evictBeyond(2)).isSameAs(two);
    assertThat(statements.evictBeyond(2)).isNull();
    assertThat(statements.knows(two)).isFalse();
    assertThat(statements.size()).isEqualTo(2);
  }

  @Test
  void noteForgotten_isNoLongerKnown() {
    SharedStatement one = statement("select 1");
    statements.noteParsed(one);
    statements.noteForgotten(one);
    statements.noteForgotten(one);
    assertThat(statements.knows(one)).isFalse();
  }

  @Test
  void unnamed_belongsToOneOwnerAndOneStatement() {
    Object owner = new Object();
    statements.noteUnnamed(owner, 7);
    assertThat(statements.hasUnnamed(owner, 7)).isTrue();
    assertThat(statements.hasUnnamed(owner, 8)).isFalse();
    assertThat(statements.hasUnnamed(new Object(), 7)).isFalse();
    statements.noteUnnamed(null, 0);
    assertThat(statements.hasUnnamed(owner, 7)).isFalse();
  }

  @Test
  void noteAllForgotten_leavesNothing() {
    SharedStatement one = statement("select 1");
    Object owner = new Object();
    statements.noteParsed(one);
    statements.noteUnnamed(owner, 1);
    statements.noteAllForgotten();
    assertThat(statements.size()).isZero();
    assertThat(statements.hasUnnamed(owner, 1)).isFalse();
  }

  @Test
  void onSkipped_closeOfWhatWasForgottenBefore_bringsNothingBack() {
    SharedStatement one = statement("select 1");
    var close = new ClosedStatement(one);
    statements.noteAllForgotten();
    statements.onForgottenBefore(close);
    assertThat(statements.onSkipped(close)).isTrue();
    assertThat(statements.knows(one)).isFalse();
  }

  @Test
  void onSkipped_closeOfWhatWasParsedBehindThat_bringsItBack() {
    SharedStatement one = statement("select 1");
    var close = new ClosedStatement(one);
    statements.noteAllForgotten();
    statements.onForgottenBefore(one);
    statements.onForgottenBefore(close);
    assertThat(statements.knows(one)).as("its Close is on the way").isFalse();
    statements.onSkipped(close);
    assertThat(statements.knows(one)).isTrue();
  }

  @Test
  void of_sameDefinition_isTheSameStatement() {
    assertThat(statement("select 1")).isSameAs(statement("select 1"));
    assertThat(statement("select 1").name()).isNotEqualTo(statement("select 2").name());
    assertThat(statement("select 1").query()).isEqualTo("select 1");
  }

  @Test
  void in_anotherScope_isAnotherStatement() {
    SharedStatement one = statement("select 1");
    SharedStatement other = one.in("another scope");
    assertThat(other).isNotEqualTo(one).isSameAs(one.in("another scope"));
    assertThat(other.name()).isNotEqualTo(one.name());
    assertThat(other.in(PoolRig.SCOPE)).isSameAs(one);
  }

  @Test
  void encode_isTheMessageOfTheDocs() {
    SharedStatement one = statement("select 1");
    String name = one.toString();
    ByteBuf out = Unpooled.buffer();
    one.encodeParse(out);
    assertThat(out.readByte()).isEqualTo((byte) 'P');
    assertThat(out.readInt()).isEqualTo(out.readableBytes() + 4);
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(name + "\0select 1\0\0\0");
    out.clear();
    one.encodeClose(out);
    assertThat(out.readByte()).isEqualTo((byte) 'C');
    assertThat(out.readInt()).isEqualTo(out.readableBytes() + 4);
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("S" + name + "\0");
  }
}
