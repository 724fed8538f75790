package io.trunkline.proxy;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets SIGQUIT end the process at once, as PgBouncer does; the JVM would write its threads. It
/// lets nobody else have that signal, so the system is asked past it, by signal(2): the handler is
/// `_exit` itself, which takes one number as a handler does, and may be called in one (see
/// signal-safety(7)). Tools that look into a JVM send it SIGQUIT unless it listens to them from its
/// start, which is why the launcher gives it `-XX:+StartAttachListener` together with the property
/// that asks for this.
final class QuitSignal {
  /// Asks for it, when it is `true`.
  static final String PROPERTY = "trunkline.quit";

  private static final Logger log = LoggerFactory.getLogger(QuitSignal.class);
  private static final int SIGQUIT = 3;

  private QuitSignal() {}

  /// Done beside the start, which need not wait for it.
  static void takeIfAsked() {
    if (Boolean.getBoolean(PROPERTY)) {
      Thread.ofVirtual().start(QuitSignal::take);
    }
  }

  @SuppressWarnings("restricted") // the launcher allows it: --enable-native-access
  private static void take() {
    try {
      Linker linker = Linker.nativeLinker();
      SymbolLookup libc = linker.defaultLookup();
      MemorySegment exit = libc.findOrThrow("_exit");
      FunctionDescriptor type =
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
      Object before =
          linker
              .downcallHandle(libc.findOrThrow("signal"), type)
              .invokeWithArguments(SIGQUIT, exit);
      log.debug("SIGQUIT ends this process at once, and was {}", before);
    } catch (Throwable none) { // what a method handle may throw
      log.warn("SIGQUIT does not end this process: {}", none.toString());
    }
  }
}
