package io.trunkline.proxy.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.peers.Seating.Wish;
import io.trunkline.settings.HostPort;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeatingTest {
  private static final HostPort HERE = new HostPort("10.0.0.1", 5010);
  private static final HostPort THERE = new HostPort("10.0.0.2", 5010);
  private static final String OWNER = "a1";
  private static final String OTHER = "b2";

  private final SortedMap<Integer, Seat> seats = new TreeMap<>();

  private static Seating any() {
    return new Seating(0, HERE, OWNER);
  }

  private static Seating only(int number) {
    return new Seating(number, HERE, OWNER);
  }

  private SeatingTest seat(int number, HostPort address, String owner) {
    seats.put(number, new Seat(address, owner, number * 10L));
    return this;
  }

  private Wish of(Seating seating) {
    return seating.wish(new Roll(1, seats));
  }

  @Test
  void wish_nobodyThere_takesTheFirst() {
    assertThat(of(any())).isEqualTo(new Wish.Take(1, 0));
    assertThat(of(only(7))).isEqualTo(new Wish.Take(7, 0));
  }

  @Test
  void wish_someTaken_takesTheLowestFree() {
    seat(1, THERE, OTHER).seat(2, null, "").seat(4, THERE, OTHER);

    assertThat(of(any())).isEqualTo(new Wish.Take(3, 0));
  }

  @Test
  void wish_own_isHad() {
    seat(1, THERE, OTHER).seat(4, HERE, OWNER);

    assertThat(of(any())).isEqualTo(new Wish.Has(4));
    assertThat(of(only(4))).isEqualTo(new Wish.Has(4));
  }

  @Test
  void wish_anEarlierProcessAtTheSameAddress_takesItsSeatAsItWas() {
    seat(6, HERE, OTHER);

    assertThat(of(any())).isEqualTo(new Wish.Take(6, 60));
    assertThat(of(only(6))).isEqualTo(new Wish.Take(6, 60));
    assertThat(of(only(5))).isEqualTo(new Wish.Take(5, 0));
  }

  /// Two processes that were given the same address by mistake must not fight for ever.
  @Test
  void wish_takenOverByTheSameAddress_isNotTakenBack() {
    Seating free = any();
    Seating bound = only(6);
    seat(6, HERE, OWNER);
    assertThat(of(free)).isEqualTo(new Wish.Has(6));
    assertThat(of(bound)).isEqualTo(new Wish.Has(6));

    seat(6, HERE, OTHER);

    assertThat(of(free)).isEqualTo(new Wish.Take(1, 0));
    assertThat(of(bound)).isEqualTo(new Wish.None("number 6 is taken by 10.0.0.1:5010"));
  }

  @Test
  void wish_lostButFree_takesTheSameAgain() {
    Seating seating = any();
    seat(3, HERE, OWNER);
    assertThat(of(seating)).isEqualTo(new Wish.Has(3));

    seats.clear();

    assertThat(of(seating)).isEqualTo(new Wish.Take(3, 0));
  }

  @Test
  void wish_givenNumberIsAnothers_waits() {
    seat(3, THERE, OTHER).seat(5, null, "");

    assertThat(of(only(3))).isEqualTo(new Wish.None("number 3 is taken by 10.0.0.2:5010"));
    assertThat(of(only(5))).isEqualTo(new Wish.None("number 5 is taken by something else"));
  }

  @Test
  void wish_allTaken_waits() {
    for (int number = 1; number <= 127; number++) {
      seat(number, THERE, OTHER);
    }

    assertThat(of(any())).isEqualTo(new Wish.None("all 127 numbers are taken"));
  }
}
