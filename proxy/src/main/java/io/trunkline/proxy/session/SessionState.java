package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.pool.OwnAnswer;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.sql.ParseScope;
import io.trunkline.protocol.sql.PinReason;
import io.trunkline.protocol.sql.ScannedStatements;
import io.trunkline.protocol.sql.SessionEffect;
import io.trunkline.protocol.sql.SessionHints;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.protocol.sql.SessionTruth;
import io.trunkline.protocol.sql.SettingNames;
import io.trunkline.protocol.sql.SettingsChange;
import io.trunkline.protocol.sql.StateCheck;
import io.trunkline.protocol.sql.TruthRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one client has done to its session that must follow it from server to server, or keep it on
/// the one it has.
///
/// The words of its statements give hints; when a transaction that carried hints has ended, the
/// server is asked what state it really has. Settings found there become the client's and are
/// restored on whatever server comes next; state that cannot be moved pins the client to its
/// server.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
public final class SessionState {
  private static final int WATCHED_TAGS =
      SessionEffect.DISCARD_ALL | SessionEffect.DEALLOCATE_ALL | SessionEffect.OPAQUE;

  private final ClientSession session;
  private final SessionSettings startup;
  private final SessionHints hints = new SessionHints();
  private SessionSettings settings;
  private Set<PinReason> pins = EnumSet.noneOf(PinReason.class);

  /// What the client's texts mean while its session has these settings and nothing else.
  private SessionSettings settledScope;

  /// Stands for what they mean while more is in force than is known; null between such times.
  private @Nullable Object scopeOfItsOwn;

  private boolean setLocally;

  /// Whether something was sent in this transaction that may take away all prepared statements.
  private boolean mayHaveBeenReset;

  /// Whether a command that takes away all prepared statements was sent and has not been answered.
  private boolean resetUnderWay;

  /// Since when the client keeps its server; 0 while it need not.
  private long pinnedSince;

  SessionState(ClientSession session, SessionSettings startup) {
    this.session = session;
    this.startup = startup;
    this.settings = startup;
    this.settledScope = ParseScope.of(startup);
  }

  SessionSettings settings() {
    return settings;
  }

  /// Whether the session is as it was after its login, so that its server reports what it would
  /// report to any other client with the same wishes.
  boolean isAsAtLogin() {
    return settings.equals(startup) && !leavesTraces();
  }

  /// Why the client keeps its server; empty when it need not.
  public Set<PinReason> pins() {
    Set<PinReason> all = EnumSet.noneOf(PinReason.class);
    all.addAll(pins);
    if (session.statements().holdsLarge()) {
      all.add(PinReason.LARGE_STATEMENT);
    }
    if (session.isUncertain()) {
      all.add(PinReason.FAILED_COPY);
    }
    return all;
  }

  // ---- hints

  /// A text in `[start, end)` was sent in which the scanner found `effects`.
  void note(int effects, ByteBuf in, int start, int end) {
    noteDescribed(session.context().sqlScanner().describe(in, start, end));
  }

  void noteDescribed(ScannedStatements described) {
    hints.add(described.effects(), described.settings());
    setLocally |= (described.effects() & SessionEffect.SET_LOCAL) != 0;
    watchTags(described.effects());
  }

  /// A statement is executed that has effects.
  void note(SharedStatement statement) {
    byte[] text = statement.query().getBytes(StandardCharsets.UTF_8);
    note(statement.effects(), Unpooled.wrappedBuffer(text), 0, text.length);
  }

  void note(UnnamedStatement statement) {
    int start = FrameScanner.HEADER_BYTES + 1; // behind the terminator of the empty name
    ByteBuf message = Unpooled.wrappedBuffer(statement.message(), 0, statement.messageBytes());
    int end = RequestRelay.endOfString(message, start, statement.messageBytes());
    note(statement.effects(), message, start, end);
  }

  void noteEffects(int effects) {
    hints.add(effects, SettingNames.NONE);
  }

  /// Settings may have gone back to the server's own, also those asked for at the login: `SET … TO
  /// DEFAULT` has the same tag as any other SET.
  void noteReset() {
    hints.add(
        SessionEffect.SET_SETTING | SessionEffect.RESET_SETTING,
        new SettingNames(startup.asMap().keySet(), SettingNames.Unknown.NOTHING));
  }

  /// A DISCARD ALL has succeeded.
  void noteDiscarded() {
    hints.discarded();
  }

  /// A text was sent that could not be looked at: anything may have happened.
  void noteUnreadable() {
    hints.add(SessionEffect.OPAQUE, new SettingNames(Set.of(), SettingNames.Unknown.INDIRECT));
    watchTags(SessionEffect.OPAQUE);
  }

  private void watchTags(int effects) {
    if ((effects & WATCHED_TAGS) != 0) {
      mayHaveBeenReset = true;
      if ((effects & (SessionEffect.DISCARD_ALL | SessionEffect.DEALLOCATE_ALL)) != 0) {
        resetUnderWay = true;
        session.statements().names().noteReset();
      }
      session.requireServer().watchCommandTags();
    }
  }

  /// What the meaning of a text depends on that is parsed now; see [SharedStatement]. After
  /// statements that may have changed what is in force, it is like no other client's.
  Object parseScope() {
    if (hints.isEmpty() && pins.isEmpty() && !setLocally) {
      return settledScope;
    }
    Object own = scopeOfItsOwn;
    if (own == null) {
      own = new Object();
      scopeOfItsOwn = own;
    }
    return own;
  }

  /// A message was sent that the server may take for another's end: nothing of this transaction may
  /// be answered in its place from here on.
  void noteDoubt() {
    mayHaveBeenReset = true;
  }

  /// Whether a statement that its server has may be gone by the time what is sent now gets there.
  boolean mayHaveBeenReset() {
    return mayHaveBeenReset;
  }

  boolean isResetUnderWay() {
    return resetUnderWay;
  }

  void onReset() {
    resetUnderWay = false;
  }

  // ---- after a transaction

  void onTransactionEnd() {
    setLocally = false;
    mayHaveBeenReset = false;
    resetUnderWay = false;
    scopeOfItsOwn = null;
  }

  /// Whether nothing of what was done since the last transaction lasts if this one does not commit.
  boolean endsWithTransaction() {
    return pins.isEmpty() && (hints.effects() & ~SessionEffect.TRANSACTIONAL) == 0;
  }

  /// What was done since the last transaction is undone.
  void onRolledBack() {
    hints.clear(pins);
  }

  /// Whether the server has to be asked before it can be given back or kept.
  boolean mustSettle() {
    return hints.isDue(pins) && !session.isUncertain();
  }

  /// Asked at the end of each transaction.
  boolean isPinned() {
    if (pins.isEmpty() && !session.statements().holdsLarge() && !session.isUncertain()) {
      pinnedSince = 0;
      return false;
    }
    if (pinnedSince == 0) {
      pinnedSince = session.context().clock().now();
    }
    return true;
  }

  /// Since when the client keeps its server; 0 while it need not.
  long pinnedSinceNanos() {
    return pinnedSince;
  }

  /// Whether the server's session may hold something that is not known.
  boolean leavesTraces() {
    return isPinned() || !hints.isEmpty();
  }

  /// Whether a server left behind by this client can be cleaned at all.
  boolean canBeCleaned() {
    return pins().stream().allMatch(PinReason::endsWithDiscardAll);
  }

  /// Asks the server what state it has, then tells the session.
  void settle(ServerConnection server) {
    if (hints.mayHaveReset()) {
      server.noteConnectQueryUndone();
    }
    StateCheck check = hints.check(server.settings(), pins);
    TruthRows rows = check.answer();
    if (check.isEmpty()) {
      settled(server, rows.truth());
    } else {
      server.ask(check.query(), new Checking(server, rows));
    }
  }

  private void settled(ServerConnection server, SessionTruth truth) {
    SessionSettings found = truth.settings(server.settings());
    SessionSettings wanted = truth.wanted(startup, found);
    if (!wanted.equals(settings)) {
      settings = wanted;
      settledScope = ParseScope.of(wanted);
    }
    server.noteSettings(found.equals(settings) ? settings : found);
    pins = truth.pins(pins, found);
    hints.clear(pins);
    session.serverSide().onSettled();
  }

  /// The answer to the question.
  private final class Checking implements OwnAnswer {
    private final ServerConnection server;
    private final TruthRows rows;
    private boolean failed;

    Checking(ServerConnection server, TruthRows rows) {
      this.server = server;
      this.rows = rows;
    }

    @Override
    public void onRow(ByteBuf in, int start, int frameBytes) {
      rows.onDataRow(body(in, start, frameBytes));
    }

    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      failed = true;
    }

    @Override
    public void onDone() {
      if (session.server() != server) {
        return; // the client has left meanwhile
      }
      if (failed) { // nobody knows, so nobody else may have it
        pins.add(PinReason.UNKNOWN_SETTING);
        if ((hints.effects() & SessionEffect.LOAD) != 0) {
          pins.add(PinReason.LOAD); // which outlasts what ends the other
        }
        hints.clear(pins);
        session.serverSide().onSettled();
      } else {
        settled(server, rows.truth());
      }
    }
  }

  private static ByteBuf body(ByteBuf in, int start, int frameBytes) {
    return in.slice(start + FrameScanner.HEADER_BYTES, frameBytes - FrameScanner.HEADER_BYTES);
  }

  // ---- on the next server

  boolean matches(ServerConnection server) {
    return settings == server.settings() || settings.equals(server.settings());
  }

  /// Gives a server this client's settings, then tells the session.
  void applyTo(ServerConnection server) {
    List<String> queries =
        server.hasConnectQuery() && undoes(server.settings())
            ? anew(server)
            : SettingsChange.between(server.settings(), settings).queries();
    new Applying(server, queries.iterator()).next();
  }

  /// Whether the way from these settings to this client's own leads over a server's own, which may
  /// not be what its `connect_query` has made them.
  private boolean undoes(SessionSettings held) {
    return !settings.asMap().keySet().containsAll(held.asMap().keySet());
  }

  private List<String> anew(ServerConnection server) {
    byte[] connectQuery = server.key().connectQuery().getBytes(StandardCharsets.UTF_8);
    List<String> queries = new ArrayList<>();
    queries.addAll(SettingsChange.between(server.settings(), SessionSettings.EMPTY).queries());
    queries.add(new String(connectQuery, StandardCharsets.ISO_8859_1));
    queries.addAll(SettingsChange.between(SessionSettings.EMPTY, settings).queries());
    return queries;
  }

  /// Runs the texts of a change one after the other.
  private final class Applying implements OwnAnswer {
    private final ServerConnection server;
    private final Iterator<String> queries;
    private @Nullable ErrorResponse error;

    Applying(ServerConnection server, Iterator<String> queries) {
      this.server = server;
      this.queries = queries;
    }

    void next() {
      if (queries.hasNext()) {
        server.ask(queries.next(), this);
      } else {
        server.noteSettings(settings);
        session.leasing().onApplied();
      }
    }

    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      error = ErrorResponse.decode(body(in, start, frameBytes));
    }

    @Override
    public void onDone() {
      if (session.server() != server) {
        return; // the client has left meanwhile
      }
      ErrorResponse failure = error;
      if (failure == null) {
        next();
      } else {
        session.leasing().onApplyFailed(failure);
      }
    }
  }
}
