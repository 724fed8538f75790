package io.trunkline.proxy.access;

import io.trunkline.conf.hba.Outside.Unanswered;
import io.trunkline.proxy.login.Claim;
import java.util.Set;

/// Knows who is in which group. Blocks.
@FunctionalInterface
public interface Groups {
  /// Can ask nobody.
  Groups UNKNOWN =
      _ -> {
        throw new Unanswered("there is no auth.query_user to ask who is in a group");
      };

  /// The groups the user of `claim` is in, itself or through others, and its own name; empty when
  /// there is no such user.
  ///
  /// @throws Unanswered when nobody can be asked
  Set<String> of(Claim claim) throws Unanswered;
}
