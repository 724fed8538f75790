package io.trunkline.health;

import io.trunkline.protocol.SqlState;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What an exception of the driver says about the server.
final class ProbeFailure {
  private static final int REASON_CHARS_MAX = 200;
  private static final int CAUSES_MAX = 10;
  private static final String CRASH_SHUTDOWN = "57P02";

  private ProbeFailure() {}

  static Observation.Dead dead(String member, Throwable failure) {
    ConnectException noConnection = cause(failure, ConnectException.class);
    if (noConnection != null && refused(noConnection)) {
      return new Observation.Dead(member, Observation.Certainty.CERTAIN, "connection refused");
    }
    UnknownHostException noHost = cause(failure, UnknownHostException.class);
    if (noHost != null) {
      return doubtful(member, "unknown host " + noHost.getMessage());
    }
    SQLException sql = cause(failure, SQLException.class);
    if (sql != null && SqlState.CANNOT_CONNECT_NOW.equals(sql.getSQLState())) {
      return new Observation.Dead(
          member, Observation.Certainty.CERTAIN, readable(sql.getMessage()));
    }
    return doubtful(member, said(failure));
  }

  /// What the driver says, and not the pool around it, which only knows that it got no connection.
  private static String said(Throwable failure) {
    Throwable speaker = failure;
    Throwable next = failure;
    for (int depth = 0; next != null && depth < CAUSES_MAX; depth++) {
      speaker = next instanceof SQLException ? next : speaker;
      next = next.getCause();
    }
    return readable(speaker.getMessage());
  }

  static Observation.Dead doubtful(String member, String reason) {
    return new Observation.Dead(member, Observation.Certainty.DOUBTFUL, reason);
  }

  /// Whether the connection is gone, rather than the question wrong: a new one may fare better.
  static boolean isBroken(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && (state.startsWith("08")
            || state.equals(SqlState.ADMIN_SHUTDOWN)
            || state.equals(CRASH_SHUTDOWN));
  }

  /// Java has one exception for every way to fail, with the system's words in it.
  private static boolean refused(ConnectException noConnection) {
    String message = noConnection.getMessage();
    return message != null && message.contains("refused");
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> wanted) {
    Throwable found = failure;
    for (int depth = 0; found != null && depth < CAUSES_MAX; depth++) {
      if (wanted.isInstance(found)) {
        return wanted.cast(found);
      }
      found = found.getCause();
    }
    return null;
  }

  static String readable(@Nullable String message) {
    String text = message == null ? "no reason given" : message.replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= REASON_CHARS_MAX ? text : text.substring(0, REASON_CHARS_MAX) + "...";
  }
}
