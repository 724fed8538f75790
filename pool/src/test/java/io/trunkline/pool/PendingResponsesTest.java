package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.ProtocolViolation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PendingResponsesTest {
  private final PendingResponses pending = new PendingResponses();
  private final List<Object> skipped = new ArrayList<>();

  private void asked(Request... requests) {
    for (Request request : requests) {
      pending.addForwarded(request, request.name());
    }
  }

  @Test
  void add_manyAroundTheEndOfTheRing_keepsTheirOrder() {
    int taken = 0;
    for (int i = 0; i < 1000; i++) {
      pending.addFabricated(Request.PARSE, i);
      if (i % 3 == 0) {
        assertThat(pending.headSubject()).isEqualTo(taken++);
        pending.takeFabricated();
      }
    }
    while (!pending.isEmpty()) {
      assertThat(pending.headSubject()).isEqualTo(taken++);
      pending.takeFabricated();
    }
    assertThat(taken).isEqualTo(1000);
  }

  @Test
  void onMessage_answersInOrder_endTheirRequests() {
    asked(Request.PARSE, Request.BIND, Request.DESCRIBE, Request.EXECUTE, Request.SYNC);
    assertThat(pending.onMessage(BackendTag.PARSE_COMPLETE)).isEqualTo(Verdict.FORWARD);
    pending.onMessage(BackendTag.BIND_COMPLETE);
    pending.onMessage(BackendTag.ROW_DESCRIPTION);
    pending.onMessage(BackendTag.DATA_ROW);
    assertThat(pending.headSubject()).isEqualTo("EXECUTE");
    pending.onMessage(BackendTag.PORTAL_SUSPENDED);
    assertThat(pending.onReadyForQuery()).isEqualTo(Verdict.FORWARD);
    assertThat(pending.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Request.class,
      names = {"QUERY", "FUNCTION_CALL", "SYNC", "COPY_END"},
      mode = EnumSource.Mode.EXCLUDE)
  void onReadyForQuery_amidTheExtendedProtocol_isAViolation(Request request) {
    asked(request);
    assertThatThrownBy(pending::onReadyForQuery)
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("server sent 'Z' where %s was due".formatted(request));
  }

  @Test
  void onMessage_answerToAnotherRequest_isAViolation() {
    asked(Request.BIND);
    assertThatThrownBy(() -> pending.onMessage(BackendTag.PARSE_COMPLETE))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("server sent '1' where BIND was due");
  }

  @Test
  void onMessage_unasked_isAViolation() {
    assertThatThrownBy(() -> pending.onMessage(BackendTag.COMMAND_COMPLETE))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("server sent 'C' where nothing was due");
  }

  @Test
  void onError_unasked_isForTheClient() {
    assertThat(pending.onError(skipped::add)).isEqualTo(Verdict.FORWARD);
    assertThat(pending.isSkipping()).isFalse();
  }

  @Test
  void onError_extended_skipsUpToTheNextSync() {
    asked(Request.PARSE, Request.BIND, Request.QUERY, Request.SYNC, Request.PARSE);
    pending.onError(skipped::add);
    assertThat(skipped).as("the newest first").containsExactly("QUERY", "BIND", "PARSE");
    assertThat(pending.isSkipping()).as("the Sync was sent already").isFalse();
    pending.onReadyForQuery();
    assertThat(pending.headSubject()).isEqualTo("PARSE");
  }

  @Test
  void onError_noSyncSent_takesNothingUntilThere() {
    asked(Request.EXECUTE);
    pending.onError(skipped::add);
    assertThat(pending.isSkipping()).isTrue();
    assertThat(pending.addForwarded(Request.QUERY, null)).isFalse();
    assertThat(pending.addFabricated(Request.PARSE, null)).isFalse();
    assertThat(pending.isEmpty()).isTrue();
    assertThat(pending.addForwarded(Request.SYNC, null)).isTrue();
    assertThat(pending.isSkipping()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Request.class,
      names = {"QUERY", "FUNCTION_CALL", "SYNC"})
  void onError_requestThatEndsItsCycle_stillOwesReadyForQuery(Request request) {
    asked(request, Request.PARSE);
    pending.onError(skipped::add);
    assertThat(skipped).as("it alone has failed").containsExactly(request.name());
    pending.onReadyForQuery();
    assertThat(pending.headSubject()).isEqualTo("PARSE");
  }

  @Test
  void onCopyIn_syncSentBefore_isIgnoredByTheServer() {
    asked(Request.EXECUTE, Request.SYNC);
    assertThat(pending.onCopyIn(skipped::add)).as("the end has been sent").isFalse();
    assertThat(pending.size()).isEqualTo(1);
    pending.onMessage(BackendTag.COMMAND_COMPLETE);
    assertThat(pending.isUncertain()).as("a COPY that worked took them all").isFalse();
  }

  @Test
  void onCopyIn_endSentBefore_leavesWhatIsBehindIt() {
    asked(Request.EXECUTE);
    pending.addCopyEnd();
    asked(Request.SYNC);
    assertThat(pending.onCopyIn(skipped::add)).isTrue();
    pending.onError(skipped::add);
    assertThat(pending.isUncertain()).as("nothing was ignored").isFalse();
    pending.onReadyForQuery();
    assertThat(pending.isEmpty()).isTrue();
  }

  @Test
  void onError_copyThatMayHaveTakenASync_isUncertainForGood() {
    asked(Request.EXECUTE, Request.SYNC);
    pending.onCopyIn(skipped::add);
    pending.onError(skipped::add);
    assertThat(pending.isUncertain()).isTrue();
    asked(Request.SYNC);
    pending.onReadyForQuery();
    assertThat(pending.isUncertain()).isTrue();
  }

  @Test
  void addCopyEnd_nothingDue_isNothing() {
    pending.addCopyEnd();
    assertThat(pending.isEmpty()).isTrue();
  }

  @Test
  void addCopyEnd_noCopyCame_goesWithItsRequest() {
    asked(Request.QUERY);
    pending.addCopyEnd();
    pending.addCopyEnd();
    pending.onReadyForQuery();
    assertThat(pending.isEmpty()).isTrue();
  }

  @Test
  void clear_amidThings_forgetsThem() {
    asked(Request.EXECUTE);
    pending.onError(skipped::add);
    asked(Request.SYNC, Request.QUERY);
    pending.clear();
    assertThat(pending.isEmpty()).isTrue();
    assertThat(pending.isSkipping()).isFalse();
    assertThat(pending.headSubject()).isNull();
  }
}
