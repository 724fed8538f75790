package io.trunkline.health.patroni;

import io.trunkline.health.Claims;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.Roster;
import io.trunkline.health.Switchover;
import io.trunkline.health.TopologySource;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.health.etcd.JetcdEtcd;
import io.trunkline.health.etcd.StoreAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Members and leader of a cluster that Patroni runs, by its keys in etcd, by its REST API, or by
/// both: then etcd is believed while it confirms what it says, and REST while etcd does not.
///
/// Before anybody has answered, the members are those that the configuration names, and nobody may
/// lead. Afterwards the configuration only adds to members of the same name: an address to reach
/// them by, and tags.
public final class PatroniSource implements TopologySource {
  private static final Told NOBODY =
      new Told("Patroni", PatroniView.NOTHING, "nobody has answered yet", false);

  private final Map<String, DeclaredMember> declared = new LinkedHashMap<>();
  private final HandoverWindow handovers;
  private final InstantSource instants;
  private final LongSupplier nanoTime;
  private final @Nullable PatroniWatch watch;
  private final @Nullable PatroniRest rest;
  private final RestSettings restSettings;
  private final ReentrantLock merging = new ReentrantLock();
  private final Map<String, Told> told = new LinkedHashMap<>();
  private @Nullable Roster last;
  private Consumer<Roster> listener = _ -> {};

  /// @param declared members that the configuration names as well
  public PatroniSource(
      String cluster,
      PatroniSettings settings,
      List<DeclaredMember> declared,
      ClusterMonitor.Clocks clocks) {
    declared.forEach(member -> this.declared.put(member.name(), member));
    handovers = new HandoverWindow(settings.drainTimeout());
    instants = clocks.instants();
    nanoTime = clocks.nanoTime();
    EtcdSettings etcd = settings.etcd();
    String prefix = settings.prefix();
    watch =
        etcd == null
            ? null
            : new PatroniWatch(
                cluster,
                etcd,
                endpoint -> JetcdEtcd.dial(etcd, prefix, endpoint),
                nanoTime,
                new SplittableRandom());
    restSettings = settings.rest() == null ? RestSettings.defaults() : settings.rest();
    rest =
        settings.rest() == null
            ? null
            : new PatroniRest(cluster, settings.rest(), nanoTime, etcd == null);
  }

  /// Patroni, who decides about the leader.
  public Switchover switchover() {
    return new PatroniSwitchover(restSettings, this::apis);
  }

  private Map<String, StoreAddress> apis() {
    merging.lock();
    try {
      return best().view().apis();
    } finally {
      merging.unlock();
    }
  }

  @Override
  public void start(Consumer<Roster> listener) {
    this.listener = listener;
    emit();
    if (watch != null) {
      watch.start(this::onTold);
    }
    if (rest != null) {
      rest.start(this::onTold);
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    if (rest != null) {
      rest.close();
    }
  }

  private void onTold(Told now) {
    merging.lock();
    try {
      told.put(now.source(), now);
      if (rest != null && now.source().equals(PatroniWatch.SOURCE)) {
        rest.want(!now.answering(), now.view());
      }
      emit();
    } finally {
      merging.unlock();
    }
  }

  /// Tells the listener unless nothing but the store's revision has changed: that rises with every
  /// key anybody writes.
  private void emit() {
    Roster next = roster(best());
    Roster before = last;
    if (before == null || !same(before, next)) {
      last = next;
      listener.accept(next);
    }
  }

  private static boolean same(Roster before, Roster next) {
    return before.source().equals(next.source())
        && before.members().equals(next.members())
        && before.claims() != null
        && next.claims() != null
        && before.claims().isSameAs(next.claims());
  }

  private Told best() {
    Told etcd = told.get(PatroniWatch.SOURCE);
    Told api = told.get(PatroniRest.SOURCE);
    if (etcd == null) {
      return api != null ? api : NOBODY;
    }
    return api != null && api.isConfirmed() && !etcd.answering() ? api : etcd;
  }

  private Roster roster(Told best) {
    PatroniView view = best.view();
    List<DeclaredMember> members = new ArrayList<>();
    view.members().forEach(member -> members.add(completed(member)));
    if (members.isEmpty() && !best.isConfirmed()) {
      members.addAll(declared.values());
    }
    Claims claims =
        new Claims(
            view.store().store(),
            view.store().revision(),
            view.holder(),
            view.overwritten(),
            best.doubt(),
            view.rules().paused(),
            view.rules().failsafe(),
            view.synchronous(),
            handovers.at(view.announced(), instants.instant(), nanoTime.getAsLong()),
            view.systemIdentifier());
    return new Roster(best.source(), members, claims);
  }

  private DeclaredMember completed(DeclaredMember member) {
    DeclaredMember known = declared.get(member.name());
    if (known == null) {
      return member;
    }
    Map<String, String> tags = new LinkedHashMap<>(member.tags());
    tags.putAll(known.tags());
    return new DeclaredMember(member.name(), known.address(), tags, member.state());
  }
}
