package io.trunkline.bench.demo;

import java.time.Duration;
import java.util.Map;

/// What the clients of one port have noticed, at one moment.
///
/// @param answers queries answered
/// @param errors queries or connection attempts that failed
/// @param longestGap the longest a client has waited for an answer, retries included
/// @param gapSinceMark the same, since the last thing the viewer did
/// @param silence how long ago the last answer came
/// @param lastError with its SQLSTATE; empty when there was none
/// @param answersByServer by the port of the PostgreSQL server
record ClientReport(
    long answers,
    long errors,
    Duration longestGap,
    Duration gapSinceMark,
    Duration silence,
    String lastError,
    Map<Integer, Long> answersByServer) {}
