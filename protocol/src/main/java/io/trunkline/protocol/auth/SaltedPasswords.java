package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Remembers salted passwords, so that the second login with one password to servers with one salt
/// costs nothing. Holds the last used ones, up to a number.
///
/// Shared by all event loops, behind its own lock, which is held for a look-up alone. Only
/// passwords that come from settings, or that have been proved right, are put in: a stranger cannot
/// push them out.
public final class SaltedPasswords {
  private final Map<PasswordSalting, Bytes> results;

  public SaltedPasswords(int entriesMax) {
    results =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<PasswordSalting, Bytes> eldest) {
            return size() > entriesMax;
          }
        };
  }

  @Nullable Bytes get(PasswordSalting salting) {
    synchronized (results) {
      return results.get(salting);
    }
  }

  void put(PasswordSalting salting, Bytes saltedPassword) {
    synchronized (results) {
      results.put(salting, saltedPassword);
    }
  }
}
