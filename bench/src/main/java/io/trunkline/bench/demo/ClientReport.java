package io.trunkline.bench.demo;

import java.time.Duration;
import java.util.Map;

/// What the clients of one port have noticed, at one moment.
///
/// @param answers queries answered
/// @param noticed since they began
/// @param noticedSinceMark since the last thing that was done to the cluster
/// @param silence how long ago the last answer came
/// @param lastError with its SQLSTATE; empty when there was none
/// @param answersByServer by the port of the PostgreSQL server
record ClientReport(
    long answers,
    Noticed noticed,
    Noticed noticedSinceMark,
    Duration silence,
    String lastError,
    Map<Integer, Long> answersByServer) {}
