package io.trunkline.proxy.login;

import io.trunkline.protocol.auth.StoredSecret;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Finds what is known of a user's password.
@FunctionalInterface
public interface SecretSource {

  /// The secret of `user`, null when there is no such user or the user may not log in. Completes on
  /// any thread, exceptionally when nobody can say now.
  CompletionStage<@Nullable StoredSecret> find(String user);
}
