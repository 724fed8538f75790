package io.trunkline.proxy.login;

import io.trunkline.protocol.auth.LoginErrors;
import io.trunkline.protocol.auth.LoginStep;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.login.Finding.Keeper;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Asks about the role of a client that has proved who it is: as in PostgreSQL, NOLOGIN counts
/// whatever the proof was, VALID UNTIL where it was the role's password (`InitializeSessionUserId`
/// in PostgreSQL's miscinit.c, `get_role_password` in crypt.c).
///
/// @param claim names the role that servers will see, which may be that of the database
/// @param user as the client wrote it
/// @param keeper who had the secret that the client was measured by; null where it was by another
///   thing
record RoleCheck(Claim claim, String user, @Nullable Keeper keeper) {

  /// The end of a login, or the refusal it has become.
  CompletionStage<LoginStep> ask(Roles roles, String origin, LoginStep.Done done) {
    return roles.ask(claim, origin).thenApply(standing -> follow(standing, done));
  }

  /// Whether who knew the secret has looked at the role as well.
  boolean isDone() {
    return keeper == Keeper.ROLE && claim.user().equals(user);
  }

  private LoginStep follow(Roles.Standing standing, LoginStep.Done done) {
    return switch (standing) {
      case Roles.Standing.Known(Roles.State state) -> follow(state, done);
      // The file vouches for this one, and servers that cannot be asked can hardly be used.
      case Roles.Standing.Unknown _ when keeper == Keeper.CONFIGURATION -> done;
      case Roles.Standing.Unknown(ErrorResponse error, String reason) ->
          new LoginStep.Failed(error, reason);
    };
  }

  private LoginStep follow(Roles.State state, LoginStep.Done done) {
    String role = claim.user();
    return switch (state) {
      case FINE -> done;
      case PASSWORD_EXPIRED ->
          keeper != null && role.equals(user)
              ? new LoginStep.Failed(LoginErrors.password(user), "its password has expired")
              : done;
      case NO_LOGIN ->
          new LoginStep.Failed(LoginErrors.notPermitted(role), "the role may not log in");
      case MISSING -> new LoginStep.Failed(LoginErrors.noRole(role), "there is no such role");
    };
  }
}
