package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.PoolRig.Client;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WaitQueueTest {

  private static List<LeaseRequest> all(WaitQueue queue) {
    List<LeaseRequest> all = new ArrayList<>();
    queue.forEach(all::add);
    return all;
  }

  @Property
  void addAndRemove_anywhere_isAsAList(
      @ForAll @Size(max = 60) List<@IntRange(min = -3, max = 20) Integer> steps) {
    WaitQueue queue = new WaitQueue();
    List<LeaseRequest> reference = new ArrayList<>();
    for (int step : steps) {
      if (step < 0 || reference.isEmpty()) {
        LeaseRequest request = new Client();
        queue.add(request);
        reference.add(request);
      } else {
        queue.remove(reference.remove(step % reference.size()));
      }
      assertThat(all(queue)).isEqualTo(reference);
      assertThat(queue.size()).isEqualTo(reference.size());
      assertThat(queue.first()).isSameAs(reference.isEmpty() ? null : reference.getFirst());
    }
  }

  @Property
  void add_withTimes_isOrderedByThemAndThenByArrival(
      @ForAll @Size(max = 60) List<@IntRange(min = -5, max = 20) Integer> steps) {
    WaitQueue queue = new WaitQueue();
    List<LeaseRequest> reference = new ArrayList<>();
    for (int step : steps) {
      if (step < 0 && !reference.isEmpty()) {
        queue.remove(reference.remove(-step % reference.size()));
      } else {
        LeaseRequest request = new Client();
        request.wantedSinceNanos = Long.MAX_VALUE + step; // which may wrap around
        queue.add(request);
        reference.add(request);
        reference.sort(
            Comparator.comparingLong(one -> one.wantedSinceNanos - (Long.MAX_VALUE - 100)));
      }
      assertThat(all(queue)).isEqualTo(reference);
      List<LeaseRequest> backwards = new ArrayList<>();
      for (LeaseRequest at = reference.isEmpty() ? null : reference.getLast();
          at != null;
          at = at.before) {
        backwards.add(at);
      }
      assertThat(backwards.reversed()).isEqualTo(reference);
    }
  }

  @Test
  void forEach_visitorRemovesWhatItIsShown_visitsAll() {
    WaitQueue queue = new WaitQueue();
    for (int i = 0; i < 5; i++) {
      queue.add(new Client());
    }
    List<LeaseRequest> seen = new ArrayList<>();
    queue.forEach(request -> {
      seen.add(request);
      queue.remove(request);
    });
    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    assertThat(queue.first()).isNull();
  }

  @Test
  void remove_thenAddAgain_goesToTheEnd() {
    WaitQueue queue = new WaitQueue();
    LeaseRequest one = new Client();
    LeaseRequest two = new Client();
    queue.add(one);
    queue.add(two);
    queue.remove(one);
    queue.add(one);
    assertThat(all(queue)).containsExactly(two, one);
  }
}
