package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.trunkline.conf.LogFormat;
import io.trunkline.conf.LogLevel;
import io.trunkline.conf.LogSettings;
import io.trunkline.conf.SyslogSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class JsonLinesTest {
  private final LoggerContext context = new LoggerContext();

  private String line(String message, @Nullable Throwable thrown) {
    var event =
        new LoggingEvent(
            "", context.getLogger("io.trunkline.A"), Level.WARN, message, thrown, new Object[0]);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    event.setThreadName("loop-1");
    return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void encode_plainMessage_isOneObject() {
    assertThat(line("c-1 came", null))
        .isEqualTo(
            "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"warn\",\"thread\":\"loop-1\","
                + "\"logger\":\"io.trunkline.A\",\"message\":\"c-1 came\"}\n");
  }

  @Test
  void encode_anyCharacters_areEscapedAndStayOneLine() {
    assertThat(line("\"a\\b\"\r\n\t\u0000\u001fü\ud83d\ude00\ud83d", null))
        .contains("\\\"a\\\\b\\\"\\r\\n\\t\\u0000\\u001fü\\ud83d\\ude00\\ud83d")
        .containsOnlyOnce("\n");
  }

  @Test
  void encode_somethingThrown_isTold() {
    assertThat(line("it failed", new IllegalStateException("no \"way\"")))
        .contains(",\"error\":\"java.lang.IllegalStateException: no \\\"way\\\"")
        .contains("JsonLinesTest")
        .containsOnlyOnce("\n");
  }

  @Test
  void apply_levelAndFormat_changeTheRootLogger() {
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    var appender = new ConsoleAppender<ch.qos.logback.classic.spi.ILoggingEvent>();
    appender.setContext(context);
    root.addAppender(appender);
    Duration period = Duration.ofMinutes(1);
    Logging.apply(
        new LogSettings(
            LogLevel.ERROR,
            LogFormat.JSON,
            null,
            false,
            false,
            true,
            false,
            period,
            SyslogSettings.defaults()),
        context);
    assertThat(root.getLevel()).isEqualTo(Level.ERROR);
    assertThat(appender.getEncoder()).isInstanceOf(JsonLines.class);
    assertThat(appender.isStarted()).isTrue();
  }

  @Test
  void line_ofAConnection_namesIt() {
    assertThat(line("C-0x1a: app/app@127.0.0.1:4711 closing because: over (age=3s)", null))
        .contains("\"connection\":\"C-0x1a: app/app@127.0.0.1:4711\"");
    assertThat(line("PAUSE command issued by C-0x1b: trunkline/admin@unix", null))
        .contains("\"connection\":\"C-0x1b: trunkline/admin@unix\"");
    assertThat(line("listening on 127.0.0.1:5432", null)).doesNotContain("connection\"");
  }
}
