package io.trunkline.protocol.sql;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the `options` parameter of a StartupMessage asks for. PostgreSQL docs, "Message Formats",
/// StartupMessage; split as `pg_split_opts` and read as `process_postgres_switches` do.
///
/// `-c name=value`, `-cname=value` and `--name=value` are settings. PostgreSQL's other switches are
/// refused: they are for a server's command line.
public sealed interface StartupOptions {

  /// More settings than this are refused.
  int SETTINGS_MAX = 100;

  int SHOWN_MAX = 63;

  /// The settings, the last of one name counting.
  record Parsed(SessionSettings settings) implements StartupOptions {}

  /// Why they cannot be had, fit for the client to read.
  record Refused(String reason) implements StartupOptions {}

  Set<String> NOT_SETTINGS = Set.of("user", "database", "options", "replication");

  /// Whether the parameter of a StartupMessage is a setting of the session. Their names, unlike
  /// those of settings, are compared letter by letter (`ProcessStartupPacket`).
  static boolean isSetting(String parameter) {
    return !NOT_SETTINGS.contains(parameter) && !parameter.startsWith("_pq_.");
  }

  static StartupOptions parse(String options) {
    Iterator<String> arguments = split(options).iterator();
    Map<String, String> settings = new TreeMap<>();
    int count = 0;
    while (arguments.hasNext()) {
      String argument = arguments.next();
      if (!argument.startsWith("-c") && (!argument.startsWith("--") || argument.length() == 2)) {
        return new Refused("unsupported switch " + shown(argument) + " in options");
      }
      String setting = argument.substring(2);
      if (setting.isEmpty() && arguments.hasNext()) {
        setting = arguments.next();
      }
      int equals = setting.indexOf('=');
      if (equals < 0) {
        return new Refused(shown(argument) + " in options requires name=value");
      } else if (equals == 0) {
        return new Refused(shown(argument) + " in options lacks the name of a setting");
      } else if (++count > SETTINGS_MAX) {
        return new Refused("more than " + SETTINGS_MAX + " settings in options");
      }
      String name = SettingName.canonical(setting.substring(0, equals).replace('-', '_'));
      settings.put(name, setting.substring(equals + 1));
    }
    return new Parsed(SessionSettings.of(settings));
  }

  /// Splits at white space; a backslash takes what follows it as it is.
  private static List<String> split(String options) {
    List<String> arguments = new ArrayList<>();
    int i = 0;
    while (true) {
      while (i < options.length() && isSpace(options.charAt(i))) {
        i++;
      }
      if (i == options.length()) {
        return arguments;
      }
      StringBuilder argument = new StringBuilder();
      for (; i < options.length() && !isSpace(options.charAt(i)); i++) {
        if (options.charAt(i) == '\\' && ++i == options.length()) {
          break;
        }
        argument.append(options.charAt(i));
      }
      arguments.add(argument.toString());
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /// The argument without its value, which may be a secret, and not too long.
  private static String shown(String argument) {
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument : argument.substring(0, equals);
    return '"' + name.substring(0, Math.min(name.length(), SHOWN_MAX)) + '"';
  }
}
