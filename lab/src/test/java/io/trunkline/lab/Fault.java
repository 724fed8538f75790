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
        Baseline.UNKNOWN);
  }

  Fault inEveryRun() {
    return new Fault(name, true, inject, pending, check, heal, keepsClients, errorFree, baseline);
  }

  Fault until(Function<Scene, Optional<String>> complete) {
    return new Fault(name, usual, inject, complete, check, heal, keepsClients, errorFree, baseline);
  }

  Fault meanwhile(Consumer<Scene> assertion) {
    return new Fault(
        name, usual, inject, pending, assertion, heal, keepsClients, errorFree, baseline);
  }

  Fault thenHeal(Consumer<Scene> how) {
    return new Fault(name, usual, inject, pending, check, how, keepsClients, errorFree, baseline);
  }

  Fault cutsClients() {
    return new Fault(name, usual, inject, pending, check, heal, false, errorFree, baseline);
  }

  Fault withoutErrors() {
    return new Fault(name, usual, inject, pending, check, heal, keepsClients, true, baseline);
  }

  Fault against(String haproxy, String pgbouncer) {
    Baseline known = new Baseline(haproxy, pgbouncer);
    return new Fault(name, usual, inject, pending, check, heal, keepsClients, errorFree, known);
  }

  @Override
  public String toString() {
    return name;
  }
}
