package io.trunkline.proxy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Log lines as JSON (RFC 8259): one object a line with `time` (UTC), `level`, `thread`, `logger`,
/// `message`, where it is about a client or a server connection `connection`, and where something
/// was thrown `error`, all of them texts.
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  /// What a line has, mostly at its beginning, that is about one client, or one server connection.
  private static final Pattern CONNECTION = Pattern.compile("\\b[CS]-0x[0-9a-f]+: \\S+");

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(256);
    line.append('{');
    member(line, "time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
    member(line, "level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    member(line, "thread", event.getThreadName());
    member(line, "logger", event.getLoggerName());
    String message = event.getFormattedMessage();
    Matcher connection = CONNECTION.matcher(message);
    if (connection.find()) {
      member(line, "connection", connection.group());
    }
    member(line, "message", message);
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      member(line, "error", ThrowableProxyUtil.asString(thrown));
    }
    return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  private static void member(StringBuilder line, String name, String text) {
    if (line.length() > 1) {
      line.append(',');
    }
    line.append('"').append(name).append("\":\"");
    text.chars().forEach(c -> escaped(line, (char) c));
    line.append('"');
  }

  private static void escaped(StringBuilder line, char c) {
    switch (c) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (c < ' ' || Character.isSurrogate(c)) { // half a surrogate pair has no UTF-8
          line.append("\\u%04x".formatted((int) c));
        } else {
          line.append(c);
        }
      }
    }
  }
}
