package io.trunkline.health;

import java.util.List;
import java.util.function.Consumer;

/// The members written in the configuration file.
public final class StaticMembers implements TopologySource {
  private final Roster roster;

  public StaticMembers(List<DeclaredMember> members) {
    roster = new Roster("configuration", members);
  }

  @Override
  public void start(Consumer<Roster> listener) {
    listener.accept(roster);
  }

  @Override
  public void close() {
    // Nothing is held open.
  }
}
