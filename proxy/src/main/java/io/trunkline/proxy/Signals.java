package io.trunkline.proxy;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signals of the operating system. Java has no public words for them; `sun.misc.Signal` is
/// supported for want of any (JEP 260, "Encapsulate Most Internal APIs"), and is called by
/// reflection because the compiler warns of it with a warning that cannot be turned off.
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /// Runs something, on a thread of its own, each time the process gets this signal. A signal that
  /// was ignored when the process began, as `nohup` has it, stays ignored.
  ///
  /// @param name without `SIG`, such as `HUP`
  /// @return false where there is no such signal, or it is not ours to handle
  @SuppressWarnings("ReferenceEquality") // the handler is equal to itself alone
  static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "handler of SIG" + name;
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
      return true;
    } catch (ReflectiveOperationException none) {
      log.debug("SIG{} is not handled here", name, none);
      return false;
    }
  }
}
