package io.trunkline.health;

import static io.trunkline.health.Observation.Certainty.CERTAIN;
import static io.trunkline.health.Observation.Certainty.DOUBTFUL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProbeFailureTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(
            wrapped("08001", new ConnectException("Connection refused")),
            CERTAIN,
            "connection refused"),
        arguments(
            new SQLException("pool", wrapped("08001", new ConnectException("Connection refused"))),
            CERTAIN,
            "connection refused"),
        arguments(
            new SQLException("FATAL: the database system is starting up", "57P03"),
            CERTAIN,
            "FATAL: the database system is starting up"),
        arguments(
            wrapped("08001", new ConnectException("Connection timed out")), DOUBTFUL, "outer"),
        arguments(wrapped("08001", new SocketTimeoutException("read")), DOUBTFUL, "outer"),
        arguments(wrapped("08001", new UnknownHostException("pg9")), DOUBTFUL, "unknown host pg9"),
        arguments(
            new SQLException("FATAL: sorry, too many clients already", "53300"),
            DOUBTFUL,
            "FATAL: sorry, too many clients already"),
        arguments(
            new SQLException("FATAL: password\nfailed", "28P01"),
            DOUBTFUL,
            "FATAL: password failed"),
        arguments(new SQLException((String) null), DOUBTFUL, "no reason given"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void dead_failure_saysHowSureAndWhy(
      Throwable failure, Observation.Certainty certainty, String reason) {
    assertThat(ProbeFailure.dead("a", failure))
        .isEqualTo(new Observation.Dead("a", certainty, reason));
  }

  @Test
  void dead_noConnectionInThePool_isToldWhy() {
    SQLException said = new SQLException("role \"probe\" does not exist", "28000");
    SQLException pool = new SQLException("Connection is not available", "28000", said);
    assertThat(ProbeFailure.dead("a", pool).reason()).isEqualTo("role \"probe\" does not exist");
  }

  @Test
  void dead_longMessage_isCut() {
    assertThat(ProbeFailure.dead("a", new SQLException("x".repeat(5_000))).reason())
        .hasSize(203)
        .endsWith("...");
  }

  @ParameterizedTest
  @CsvSource({"08006,true", "08003,true", "57P01,true", "57P02,true", "42501,false", ",false"})
  void isBroken_state_onlyWhenTheConnectionIsGone(String state, boolean broken) {
    assertThat(ProbeFailure.isBroken(new SQLException("x", state))).isEqualTo(broken);
  }

  private static SQLException wrapped(String state, Throwable cause) {
    return new SQLException("outer", state, cause);
  }
}
