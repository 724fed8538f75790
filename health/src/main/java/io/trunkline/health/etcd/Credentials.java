package io.trunkline.health.etcd;

import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A user and a password that only make sense together.
public final class Credentials {
  private Credentials() {}

  public static void check(
      @Nullable String user, @Nullable Secret password, List<Problem> problems) {
    if (user == null && password != null) {
      problems.add(new Problem("user", "nothing", "the user whose password is given"));
    }
    if (user != null && password == null) {
      problems.add(new Problem("password", "nothing", "the password of user"));
    }
  }
}
