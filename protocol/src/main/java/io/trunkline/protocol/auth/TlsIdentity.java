package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What TLS has shown about the two ends of a client's connection.
///
/// @param serverEndPoint the `tls-server-end-point` of the certificate we showed; null without TLS,
///   and for a certificate that has none
/// @param clientNames the names in the client's certificate, which was verified; empty when it
///   showed none
public record TlsIdentity(@Nullable Bytes serverEndPoint, List<String> clientNames) {
  /// A connection without TLS.
  public static final TlsIdentity NONE = new TlsIdentity(null, List.of());

  /// From the two ends' certificates, as [io.trunkline.protocol.tls] reads them.
  public static TlsIdentity of(byte @Nullable [] serverEndPoint, List<String> clientNames) {
    return new TlsIdentity(serverEndPoint == null ? null : Bytes.of(serverEndPoint), clientNames);
  }

  public TlsIdentity {
    clientNames = List.copyOf(clientNames);
  }
}
