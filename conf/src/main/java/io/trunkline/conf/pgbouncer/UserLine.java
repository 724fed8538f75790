package io.trunkline.conf.pgbouncer;

/// Translates one line of `[users]`.
final class UserLine {
  private UserLine() {}

  static Draft.Section translate(Assignments options) {
    Draft.Section user = new Draft.Section();
    options.carry(user::set);
    if (options.isGiven("pool_size")) {
      int size = options.number("pool_size");
      String text = size == 0 ? ProcessOptions.UNBOUNDED : Integer.toString(size);
      user.set("pool.size", text, options.from("pool_size"));
    }
    return user;
  }
}
