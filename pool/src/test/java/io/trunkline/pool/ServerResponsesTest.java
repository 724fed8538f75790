package io.trunkline.pool;

import static io.trunkline.pool.PoolRig.bytes;
import static io.trunkline.pool.PoolRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.pool.PoolRig.Listener;
import io.trunkline.protocol.TransactionStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerResponsesTest {
  private static final byte[] READY = message('Z', "I");
  private static final byte[] ROW = message('D', "\0\1\0\0\0\3one");
  private static final byte[] DONE = message('C', "SELECT 1\0");
  private static final byte[] ERROR = message('E', "SERROR\0VERROR\0C42P01\0Mno such\0\0");
  private static final byte[] FATAL = message('E', "SFATAL\0VFATAL\0C57P01\0Mgoing\0\0");
  private static final byte[] NOTICE = message('N', "SNOTICE\0C00000\0Mhm\0\0");

  private final PoolRig rig = new PoolRig(1, PoolRig.DEFAULTS);
  private final Listener client = new Listener();
  private final ServerConnection server = rig.leased(client);

  @AfterEach
  void close() {
    rig.close();
  }

  private void says(byte[]... messages) {
    rig.channel(server).writeInbound(bytes(messages));
  }

  private static String text(byte[]... messages) {
    ByteBuf all = bytes(messages);
    String text = all.toString(StandardCharsets.ISO_8859_1);
    all.release();
    return text;
  }

  private void asked(Request... requests) {
    for (Request request : requests) {
      server.pending().addForwarded(request, null);
    }
  }

  /// An answer of ours that notes what it is told.
  private static final class Noted implements OwnAnswer {
    final List<String> seen = new ArrayList<>();

    @Override
    public void onRow(ByteBuf in, int start, int frameBytes) {
      seen.add("row");
    }

    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      seen.add("error");
    }

    @Override
    public void onDone() {
      seen.add("done");
    }
  }

  @Test
  void onRead_wholeAnswer_isHandedOverInOnePiece() {
    asked(Request.QUERY);
    says(ROW, DONE, READY);
    assertThat(client.bytes).hasToString(text(ROW, DONE, READY));
    assertThat(client.responses).isEqualTo(1);
    assertThat(client.events).containsExactly("end IDLE", "flush");
  }

  @Test
  void onRead_answerCutAtEveryByte_isHandedOverWhole() {
    byte[][] answer = {ROW, ERROR, NOTICE, READY};
    String all = text(answer);
    for (int cut = 1; cut < all.length(); cut++) {
      client.bytes.setLength(0);
      asked(Request.QUERY);
      ByteBuf whole = bytes(answer);
      rig.channel(server).writeInbound(whole.readRetainedSlice(cut));
      rig.channel(server).writeInbound(whole);
      assertThat(client.bytes).as("cut at %d", cut).hasToString(all);
      assertThat(server.pending().isEmpty()).isTrue();
    }
  }

  @Test
  void onRead_rowLongerThanAnyBuffer_isHandedOnAsItComes() {
    asked(Request.QUERY);
    byte[] piece = new byte[50_000];
    int pieces = 40;
    ByteBuf head = rig.channel(server).alloc().buffer();
    head.writeByte('D').writeInt(4 + pieces * piece.length);
    rig.channel(server).writeInbound(head);
    for (int i = 1; i <= pieces; i++) {
      says(piece);
      assertThat(client.bytes).hasSize(5 + i * piece.length);
    }
    says(DONE, READY);
    assertThat(client.bytes.substring(5 + pieces * piece.length)).isEqualTo(text(DONE, READY));
  }

  /// Its first bytes decide, before any is handed on; what came before it is the client's.
  @Test
  void onRead_rowLongerThanAllowed_costsTheConnection() {
    client.messageBytesMax = ROW.length;
    asked(Request.QUERY);
    ByteBuf head = rig.channel(server).alloc().buffer();
    head.writeBytes(ROW).writeByte('D').writeInt(ROW.length).writeBytes(new byte[3]);
    rig.channel(server).writeInbound(head);
    assertThat(client.bytes).hasToString(text(ROW));
    assertThat(client.events)
        .containsExactly(
            "too long " + (ROW.length + 1),
            "closed message 'D' of %d bytes was too long".formatted(ROW.length + 1));
    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
  }

  @Test
  void onRead_answerToOursLongerThanAllowed_isTakenAllTheSame() {
    client.messageBytesMax = 6;
    Noted noted = new Noted();
    server.ask("SELECT 1", noted);
    says(ROW, DONE, READY);
    assertThat(noted.seen).containsExactly("row", "done");
    assertThat(server.state()).isEqualTo(ServerState.LEASED);
  }

  @Test
  void onRead_answerToOurs_reachesNobodyButUs() {
    Noted noted = new Noted();
    server.ask("SELECT 1", noted);
    says(message('T', "\0\0"), ROW, NOTICE, DONE, READY);
    assertThat(client.bytes).isEmpty();
    assertThat(noted.seen).containsExactly("row", "done");
    assertThat(client.events).isEmpty();
  }

  @Test
  void onRead_transactionThatMayNotStay_isNotSaidToBeReady() {
    client.mayStay = false;
    asked(Request.QUERY);
    says(DONE, message('Z', "T"));
    assertThat(client.bytes).hasToString(text(DONE));
    assertThat(client.events).containsExactly("end IN_TRANSACTION", "flush");
    client.bytes.setLength(0);
    asked(Request.QUERY);
    says(DONE, READY);
    assertThat(client.bytes).hasToString(text(DONE, READY));
  }

  @Test
  void onRead_errorToOurs_reachesNobodyButUs() {
    Noted noted = new Noted();
    server.ask("SELECT 1", noted);
    says(ERROR, READY);
    assertThat(client.bytes).isEmpty();
    assertThat(noted.seen).containsExactly("error", "done");
  }

  @Test
  void onRead_oursAmongTheClients_takesOutOursAlone() {
    server.pending().addOwn(Request.PARSE, "ours");
    asked(Request.BIND, Request.EXECUTE, Request.SYNC);
    says(message('1', ""), message('2', ""), ROW, DONE, READY);
    assertThat(client.bytes).hasToString(text(message('2', ""), ROW, DONE, READY));
  }

  @Test
  void onRead_fabricatedInThePipeline_standsInItsPlace() {
    asked(Request.PARSE);
    server.pending().addFabricated(Request.PARSE, null);
    asked(Request.BIND);
    server.pending().addFabricated(Request.CLOSE, null);
    asked(Request.SYNC);
    says(message('1', ""), message('2', ""), READY);
    assertThat(client.bytes)
        .hasToString(
            text(message('1', ""), message('1', ""), message('2', ""), message('3', ""), READY));
  }

  @Test
  void onRead_errorBeforeFabricated_skipsIt() {
    asked(Request.PARSE);
    server.pending().addFabricated(Request.PARSE, "never");
    asked(Request.SYNC);
    says(ERROR, READY);
    assertThat(client.bytes).hasToString(text(ERROR, READY));
    assertThat(client.skipped).containsExactly("never");
  }

  @Test
  void onRead_errorTheClientRewrites_isTakenOut() {
    client.onError = Verdict.SWALLOW;
    asked(Request.QUERY);
    says(ERROR, READY);
    assertThat(client.bytes).hasToString(text(READY));
    assertThat(client.events).startsWith("error 42P01");
  }

  @Test
  void onRead_parameterChanged_tellsTheClientAndItsSession() {
    asked(Request.QUERY);
    byte[] status = message('S', "TimeZone\0UTC\0");
    says(status, DONE, READY);
    assertThat(client.bytes).hasToString(text(status, DONE, READY));
    assertThat(client.events).startsWith("parameters {TimeZone=UTC}");
    assertThat(server.parameters().get("timezone")).isEqualTo("UTC");
  }

  @Test
  void onRead_parameterChangedByUs_staysUnsaid() {
    server.ask("SET TimeZone = 'UTC'", new Noted());
    says(message('S', "TimeZone\0UTC\0"), DONE, READY);
    assertThat(client.bytes).isEmpty();
    assertThat(server.parameters().get("TimeZone")).isEqualTo("UTC");
  }

  @Test
  void onRead_parseThatFailed_isNotOnTheServer() {
    SharedStatement statement = PoolRig.statement("select 1");
    server.statements().noteParsed(statement);
    server.pending().addOwn(Request.PARSE, statement);
    asked(Request.BIND, Request.SYNC);
    says(ERROR, READY);
    assertThat(server.statements().knows(statement)).isFalse();
    assertThat(client.bytes).as("the client's Bind failed of it").hasToString(text(ERROR, READY));
  }

  @Test
  void onRead_closeThatWasSkipped_isStillOnTheServer() {
    SharedStatement statement = PoolRig.statement("select 2");
    asked(Request.PARSE);
    server.pending().addOwn(Request.CLOSE, new ClosedStatement(statement));
    asked(Request.SYNC);
    says(ERROR, READY);
    assertThat(server.statements().knows(statement)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"SET, true", "RESET, true", "DISCARD ALL, false", "DEALLOCATE ALL, false", "SHOW, "})
  void onRead_commandThatTakesSomethingAway_isNoticedWhereWatched(String tag, Boolean keeps) {
    SharedStatement statement = PoolRig.statement("select 3");
    server.statements().noteParsed(statement);
    asked(Request.QUERY, Request.QUERY);
    says(message('C', tag + "\0"), READY);
    assertThat(client.events).noneMatch(event -> event.startsWith("command"));
    server.watchCommandTags();
    says(message('C', tag + "\0"), READY);
    assertThat(client.events.stream().filter(event -> event.startsWith("command")))
        .hasSize(keeps == null ? 0 : 1);
    assertThat(server.statements().knows(statement)).isEqualTo(keeps == null || keeps);
  }

  @Test
  void onRead_fatalError_isTheReasonOfTheEnd() {
    says(FATAL);
    rig.channel(server).close();
    assertThat(client.bytes).hasToString(text(FATAL));
    assertThat(client.events).endsWith("closed explained server said: 57P01 going");
  }

  /// The process behind it may take a while to end, and a client that got the connection then would
  /// not be told why it was lost.
  @Test
  void onRead_fatalErrorWhileIdle_nobodyGetsTheConnection() {
    server.release(rig.pool().clock().now());
    says(FATAL, FATAL);
    assertThat(rig.connections(0)).isZero();
    rig.shard(0).lease(new PoolRig.Client());
    assertThat(rig.attempts()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(chars = {'D', 'd', 'C', 'T', '1', '2', '3', 'n', 's', 'I', 'G', 'H', 'W', 'V', 'Z'})
  void onRead_answerToNothing_endsTheConnection(char tag) {
    says(message(tag, tag == 'Z' ? "I" : "\0\0\0"));
    assertThat(client.bytes).as("nothing is handed on").isEmpty();
    assertThat(client.events)
        .singleElement()
        .asString()
        .startsWith("closed server broke the protocol");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "II", "X"})
  void onRead_malformedReadyForQuery_endsTheConnection(String status) {
    asked(Request.QUERY);
    says(message('Z', status));
    assertThat(client.events).singleElement().asString().startsWith("closed server broke");
  }

  @Test
  void onRead_closedInTheMiddle_keepsNothingOfTheRest() {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    asked(Request.QUERY);
    server.finishAndClose(); // its client wants no answer, so the end of this one closes it
    ByteBuf read = allocator.heapBuffer().writeBytes(READY).writeBytes(NOTICE);
    rig.channel(server).writeInbound(read);
    assertThat(server.channel().isOpen()).isFalse();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void onRead_statusOfTheTransaction_isNoted() {
    asked(Request.QUERY, Request.QUERY);
    says(DONE, message('Z', "T"));
    assertThat(server.status()).isEqualTo(TransactionStatus.IN_TRANSACTION);
    says(ERROR, message('Z', "E"));
    assertThat(server.status()).isEqualTo(TransactionStatus.FAILED);
    assertThat(client.events).contains("end FAILED").doesNotContain("end IN_TRANSACTION");
  }

  @Test
  void onRead_idleBehindASyncThatEndsNothing_isForwardedButNotBelieved() {
    asked(Request.EXECUTE, Request.QUERY);
    says(DONE, DONE, message('Z', "T"));
    asked(Request.CLOSE, Request.SYNC);
    says(message('3', ""), READY);
    assertThat(client.bytes.toString()).endsWith(text(message('3', ""), READY));
    assertThat(server.status()).isEqualTo(TransactionStatus.FAILED);
    asked(Request.QUERY);
    says(ERROR, READY);
    assertThat(server.status()).isEqualTo(TransactionStatus.IDLE);
  }

  @Test
  void onRead_idleBehindASyncThatEndsWork_isBelieved() {
    asked(Request.EXECUTE, Request.QUERY);
    says(DONE, DONE, message('Z', "T"));
    asked(Request.BIND, Request.SYNC);
    says(message('2', ""), READY);
    assertThat(server.status()).isEqualTo(TransactionStatus.IDLE);
  }
}
