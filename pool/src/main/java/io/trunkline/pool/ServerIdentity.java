package io.trunkline.pool;

import io.trunkline.protocol.CancelKey;
import io.trunkline.routing.Member;

/// What is settled about a server connection once it has logged in.
///
/// @param id counts the server connections of this process
/// @param member the member it is connected to, as it was known then
/// @param cancelKey what the server will cancel this session by
/// @param parameters what it reported at login
/// @param bornNanos when it was opened
/// @param lifeShare thousandths of the lifetime of its pool's connections that it may live: a
///   little less than all, so that those opened together do not end together
/// @param tls the TLS protocol and cipher; empty for plain text
public record ServerIdentity(
    long id,
    Member member,
    CancelKey cancelKey,
    ReportedParameters parameters,
    long bornNanos,
    int lifeShare,
    String tls) {}
