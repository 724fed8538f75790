package io.trunkline.pool;

/// Whether work may begin at the member a pool leads to. New clients are routed by the topology;
/// this is for those who have a server there already and keep it between transactions. Running
/// transactions may end whatever it says.
///
/// @param kind what may be done there
/// @param reason why not everything; empty when all is well
public record Standing(Kind kind, String reason) {

  /// What may be done at a member.
  public enum Kind {
    /// Everything.
    OPEN,
    /// No transaction begins; connections stay, for work may go on soon.
    RESTS,
    /// Who has a server there may go on with it; connections close as soon as they are free.
    EMPTIES,
    /// No transaction begins, and connections close as soon as they are free: the server is about
    /// to be stopped, and waits for them.
    DRAINS
  }

  /// All is well.
  public static final Standing OPEN = new Standing(Kind.OPEN, "");

  /// Nothing begins there for now.
  public static Standing rests(String reason) {
    return new Standing(Kind.RESTS, reason);
  }

  /// Nothing begins there, and nothing idle stays.
  public static Standing drains(String reason) {
    return new Standing(Kind.DRAINS, reason);
  }

  /// Nobody new comes, and nothing idle stays.
  public static Standing empties(String reason) {
    return new Standing(Kind.EMPTIES, reason);
  }

  /// Whether those who have a server there may begin a transaction.
  public boolean isOpen() {
    return kind == Kind.OPEN || kind == Kind.EMPTIES;
  }

  /// Whether new clients may come.
  public boolean isInviting() {
    return kind == Kind.OPEN;
  }

  /// Whether connections are to be closed when they are free.
  public boolean drains() {
    return kind == Kind.DRAINS || kind == Kind.EMPTIES;
  }
}
