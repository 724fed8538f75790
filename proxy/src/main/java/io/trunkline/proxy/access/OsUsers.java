package io.trunkline.proxy.access;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// The names of the system's users, from wherever the system has them: files, LDAP, sssd. Blocks,
/// but for [#own()].
///
/// The JDK has no such call, so libc is asked: getpwuid_r(3), whose `struct passwd` begins with the
/// name in glibc, musl and Darwin's libc alike.
@SuppressWarnings("restricted") // the launcher enables native access
final class OsUsers {
  /// More than any entry takes.
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final int STRUCT_BYTES = 256;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  private final @Nullable MethodHandle getpwuid;
  private final @Nullable MethodHandle geteuid;

  OsUsers() {
    getpwuid =
        find(
            "getpwuid_r",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                POINTER,
                POINTER,
                LINKER.canonicalLayouts().getOrDefault("size_t", ValueLayout.JAVA_LONG),
                POINTER));
    geteuid = find("geteuid", FunctionDescriptor.of(ValueLayout.JAVA_INT));
  }

  @SuppressWarnings("restricted") // the launcher allows it
  private static @Nullable MethodHandle find(String name, FunctionDescriptor descriptor) {
    SymbolLookup libc = LINKER.defaultLookup();
    return libc.find(name).map(symbol -> LINKER.downcallHandle(symbol, descriptor)).orElse(null);
  }

  /// The user this process runs as; -1 where the system does not tell.
  int own() {
    try {
      return geteuid == null ? -1 : (int) geteuid.invokeExact();
    } catch (Throwable impossible) { // it cannot fail (geteuid(2))
      throw new IllegalStateException(impossible);
    }
  }

  /// The name of a user; null when there is none of this number.
  @SuppressWarnings("restricted") // likewise
  @Nullable String nameOf(int uid) {
    if (getpwuid == null) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(STRUCT_BYTES, 16);
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      MemorySegment found = arena.allocate(POINTER);
      int error = (int) getpwuid.invokeExact(uid, entry, buffer, (long) BUFFER_BYTES, found);
      MemorySegment result = found.get(ValueLayout.ADDRESS, 0);
      if (error != 0 || result.address() == 0) {
        return null;
      }
      return entry.get(ValueLayout.ADDRESS, 0).reinterpret(BUFFER_BYTES).getString(0);
    } catch (Throwable failure) {
      throw new IllegalStateException("getpwuid_r failed", failure);
    }
  }
}
