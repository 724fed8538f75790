package io.trunkline.proxy.login;

import io.trunkline.protocol.auth.LoginConversation;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.protocol.message.ErrorResponse;
import org.jspecify.annotations.Nullable;

/// What a client has to do to come in.
sealed interface Terms {

  /// What it is measured by, and whence.
  record Found(Claim claim, StoredSecret secret, Finding.Keeper keeper) {}

  /// Talk.
  ///
  /// @param found non-null once a source knew the user
  /// @param judge who is asked, if anybody
  record Talk(LoginConversation conversation, @Nullable Found found, Judge judge)
      implements Terms {}

  /// Nothing: it cannot.
  ///
  /// @param reason for the log
  record Refused(ErrorResponse error, String reason) implements Terms {}
}
