package io.trunkline.lab;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Something that goes wrong, or is done on purpose, while clients are at work: one row of the
/// table.
///
/// @param name what happens, as the table says it
/// @param usual whether it is tried in every run of the tests
/// @param inject lets it happen
/// @param pending why the effect is not complete yet; empty when it is
/// @param check asserts what must hold while it lasts
/// @param heal ends it
/// @param keepsClients whether clients that do nothing meanwhile stay connected
/// @param errorFree whether clients at work get no error at all
/// @param losesNothing whether not even rows that never left a lost server may be missing
/// @param baseline what HAProxy and PgBouncer cost on the same fault
record Fault(
    String name,
    boolean usual,
    Consumer<Scene> inject,
    Function<Scene, Optional<String>> pending,
    Consumer<Scene> check,
    Consumer<Scene> heal,
    boolean keepsClients,
    boolean errorFree,
    boolean losesNothing,
    Baseline baseline) {

  /// Seconds without a write and errors, in the same profile.
  ///
  /// @param haproxy through HAProxy alone
  /// @param pgbouncer through PgBouncer behind it
  record Baseline(String haproxy, String pgbouncer) {
    static final Baseline UNKNOWN = new Baseline("", "");
  }

  static Fault of(String name, Consumer<Scene> inject) {
    return new Fault(
        name,
        false,
        inject,
        scene -> Optional.empty(),
        scene -> {},
        scene -> {},
        true,
        false,
        false,
        Baseline.UNKNOWN);
  }

  Fault inEveryRun() {
    return with(true, pending, check, heal);
  }

  Fault until(Function<Scene, Optional<String>> complete) {
    return with(usual, complete, check, heal);
  }

  Fault meanwhile(Consumer<Scene> assertion) {
    return with(usual, pending, assertion, heal);
  }

  Fault thenHeal(Consumer<Scene> how) {
    return with(usual, pending, check, how);
  }

  private Fault with(
      boolean inEveryRun,
      Function<Scene, Optional<String>> complete,
      Consumer<Scene> assertion,
      Consumer<Scene> how) {
    return new Fault(
        name,
        inEveryRun,
        inject,
        complete,
        assertion,
        how,
        keepsClients,
        errorFree,
        losesNothing,
        baseline);
  }

  Fault cutsClients() {
    return costing(false, errorFree, losesNothing, baseline);
  }

  Fault withoutErrors() {
    return costing(keepsClients, true, losesNothing, baseline);
  }

  Fault withoutLoss() {
    return costing(keepsClients, errorFree, true, baseline);
  }

  Fault against(String haproxy, String pgbouncer) {
    return costing(keepsClients, errorFree, losesNothing, new Baseline(haproxy, pgbouncer));
  }

  private Fault costing(boolean keeps, boolean noErrors, boolean noLoss, Baseline known) {
    return new Fault(name, usual, inject, pending, check, heal, keeps, noErrors, noLoss, known);
  }

  @Override
  public String toString() {
    return name;
  }
}
