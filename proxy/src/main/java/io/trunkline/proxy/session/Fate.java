package io.trunkline.proxy.session;

/// What became of the work a server was lost with, as far as that can be known, and so whether it
/// may be sent again. The promise above all others: nothing is executed twice.
///
/// | a block was open | the server said 57P01 | what was unanswered | fate |
/// |---|---|---|---|
/// | no | yes | plain, no answer begun, still at hand | [#NOT_EXECUTED] |
/// | no | yes | anything else | [#UNKNOWN] |
/// | no | no | reading, on a standby, no answer begun, still at hand | [#NOT_EXECUTED] |
/// | no | no | anything else | [#UNKNOWN] |
/// | yes | yes | nothing, or no answer begun to one request | [#ROLLED_BACK] |
/// | yes | any | nothing, or only plain statements | [#ROLLED_BACK] |
/// | yes | any | anything else, COMMIT above all | [#UNKNOWN] |
///
/// **Why 57P01 proves so much.** A backend that is told to end raises FATAL at the next
/// CHECK_FOR_INTERRUPTS, and rolls back on its way out. From before the commit record is written
/// until CommandComplete stands in the send buffer nothing is checked (`CommitTransaction` holds
/// interrupts; `exec_simple_query` goes from `finish_xact_command` straight to `EndCommand`). So
/// who reads the FATAL and no CommandComplete before it knows that the statement did not commit.
/// This holds for COMMIT too, and for the first statement of a text with several; not for
/// statements that commit on their way, which is why only plain ones are sent again. In the
/// extended protocol an implicit transaction commits at Sync, behind CommandComplete: there the
/// first Execute must be without one. The waits for synchronous standbys end without a FATAL: with
/// a WARNING, 57P01 as well, and silence. A server that stops at once ("immediate") or crashes also
/// sends a warning, or nothing: neither proves anything. PostgreSQL source: `postgres.c`, `xact.c`,
/// `syncrep.c`.
///
/// **Why a standby's reads may be repeated.** In recovery nothing can be written. A server says
/// that it has been promoted only behind the first answer it gives then, so what could write by its
/// words is not repeated.
///
/// **Why an open block is rolled back.** Nothing that was sent could have committed it.
enum Fate {
  /// It can be sent again, as if it had never been sent.
  NOT_EXECUTED,
  /// Nothing of it lasts; the client may begin it again.
  ROLLED_BACK,
  /// Nobody knows here whether it was committed.
  UNKNOWN;

  /// How the server ended.
  enum End {
    /// With FATAL 57P01, "terminating connection due to administrator command".
    TERMINATED,
    /// In any other way, most often without a word.
    LOST
  }

  /// What was under way.
  ///
  /// @param inBlock whether a transaction block was open when the last requests were sent
  /// @param atHand whether all that is unanswered is known, and could be sent again
  /// @param onStandby whether the server was one that cannot write
  /// @param unanswered how many requests were unanswered, those that were half answered included
  /// @param begun whether the answer of the oldest of them had begun
  /// @param executed whether an Execute before them in their cycle had been answered
  /// @param first the texts of the oldest of them, up to ReadyForQuery; READ for none
  /// @param kind the texts of all of them
  record Work(
      boolean inBlock,
      boolean atHand,
      boolean onStandby,
      int unanswered,
      boolean begun,
      boolean executed,
      StatementKind first,
      StatementKind kind) {

    private boolean nothingAnswered() {
      return atHand && !begun && !executed;
    }
  }

  static Fate of(End end, Work work) {
    return work.inBlock ? ofBlock(end, work) : ofImplicit(end, work);
  }

  private static Fate ofImplicit(End end, Work work) {
    boolean proved =
        end == End.TERMINATED
            ? work.first.beginsPlain() // behind the FATAL nothing was executed
            : work.onStandby && work.kind == StatementKind.READ;
    return proved && work.nothingAnswered() ? NOT_EXECUTED : UNKNOWN;
  }

  private static Fate ofBlock(End end, Work work) {
    boolean provedByFatal = end == End.TERMINATED && work.nothingAnswered();
    boolean nothingCouldCommit = work.unanswered == 0 || (work.atHand && work.kind.isPlain());
    return provedByFatal || nothingCouldCommit ? ROLLED_BACK : UNKNOWN;
  }
}
