package io.trunkline.proxy.peers;

import io.trunkline.conf.PeerSettings;
import io.trunkline.settings.HostPort;

/// Which number this process takes. One that it has had before comes first, so that the cancel keys
/// given with it are good again; then one whose seat has this process' address, for only an earlier
/// process can have put it there, one that was killed and left its lease behind. A process takes
/// that over at its beginning only, lest two with the same address take it from each other for
/// ever.
///
/// Used by one thread.
final class Seating {

  /// What to do now.
  sealed interface Wish {

    /// The number is ours.
    record Has(int number) implements Wish {}

    /// It should be taken, if its key is as it was at that revision; 0 is not there.
    record Take(int number, long modRevision) implements Wish {}

    /// There is none to take.
    record None(String reason) implements Wish {}
  }

  private final int wanted;
  private final HostPort address;
  private final String owner;

  /// The last number that was ours; 0 before there was one.
  private int held;

  /// @param wanted the only number that will do; 0 if any does
  Seating(int wanted, HostPort address, String owner) {
    this.wanted = wanted;
    this.address = address;
    this.owner = owner;
  }

  Wish wish(Roll roll) {
    int number = roll.numberOf(owner);
    if (number > 0) {
      held = number;
      return new Wish.Has(number);
    }
    int former = held == 0 ? roll.numberAt(address) : 0;
    return wanted > 0 ? wanted(roll) : any(roll, former);
  }

  private Wish wanted(Roll roll) {
    Seat seat = roll.seats().get(wanted);
    if (seat == null) {
      return new Wish.Take(wanted, 0);
    }
    if (held == 0 && address.equals(seat.address())) {
      return new Wish.Take(wanted, seat.modRevision());
    }
    return new Wish.None(
        "number %d is taken by %s"
            .formatted(wanted, seat.address() == null ? "something else" : seat.address()));
  }

  private Wish any(Roll roll, int former) {
    if (former > 0 && roll.seats().get(former) instanceof Seat seat) {
      return new Wish.Take(former, seat.modRevision());
    }
    if (held > 0 && roll.isFree(held)) {
      return new Wish.Take(held, 0);
    }
    for (int number = 1; number <= PeerSettings.NUMBER_MAX; number++) {
      if (roll.isFree(number)) {
        return new Wish.Take(number, 0);
      }
    }
    return new Wish.None("all %d numbers are taken".formatted(PeerSettings.NUMBER_MAX));
  }
}
