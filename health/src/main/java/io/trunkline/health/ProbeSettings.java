package io.trunkline.health;

import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How each member of a cluster is asked who it is.
public record ProbeSettings(
    @Setting(
            value =
                "What is asked: who it is, over SQL; whether it accepts connections (connect), or"
                    + " nothing at all (none). Without SQL no role is known, and only listeners"
                    + " with the role any have members to go to.",
            byDefault = "sql")
        ProbeMethod method,
    @Setting(
            value = "The PostgreSQL user that asks; any user that may connect will do.",
            byDefault = "trunkline")
        String user,
    @Setting("Its password, in plain: a verifier cannot log in.") @Nullable Secret password,
    @Setting(value = "The database it connects to.", byDefault = "postgres") String database,
    @Setting(
            value = "Time between two questions to one member.",
            byDefault = "1s",
            atLeast = "10ms",
            atMost = "1h")
        Duration interval,
    @Setting(
            value = "How long a member may take to answer, connecting included.",
            byDefault = "2s",
            atLeast = "10ms",
            atMost = "1h")
        Duration timeout,
    @Setting(
            value = "Unanswered questions in a row after which a member counts as dead.",
            byDefault = "2",
            atLeast = "1",
            atMost = "1000")
        int failures)
    implements Checked {

  public static ProbeSettings defaults() {
    return Defaults.of(ProbeSettings.class);
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (user.isEmpty()) {
      problems.add(new Problem("user", "an empty text", "the name of a user"));
    }
    if (database.isEmpty()) {
      problems.add(new Problem("database", "an empty text", "the name of a database"));
    }
    if (password != null && password.isVerifier()) {
      problems.add(new Problem("password", "a verifier", "the plain password"));
    }
    return problems;
  }
}
