package io.trunkline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.FrontendMessage;

/// What every decoder owes any bytes at all: a value that means the same bytes, patience, or
/// [ProtocolViolation], and nothing else. Shared by property and fuzz tests.
public final class Hostile {
  private Hostile() {}

  public static void startupPacket(byte[] bytes) {
    try {
      StartupPacket.decode(Unpooled.wrappedBuffer(bytes))
          .ifPresent(packet -> {
            ByteBuf again = Unpooled.buffer();
            packet.encode(again);
            assertThat(StartupPacket.decode(again)).contains(packet);
          });
    } catch (ProtocolViolation expected) {
      assertThat(expected).hasMessageMatching("(?s).{5,200}");
    }
  }

  /// Reads the bytes twice, at once and in pieces: both must report the same.
  public static void frames(byte[] bytes, int piece) {
    String whole = scan(bytes, Math.max(1, bytes.length));
    assertThat(scan(bytes, piece)).isEqualTo(whole);
  }

  private static String scan(byte[] bytes, int piece) {
    FrameReader reader = new FrameReader();
    StringBuilder seen = new StringBuilder();
    try {
      for (int at = 0; at < bytes.length; at += piece) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at));
        for (FrameReader.Frame f = reader.read(in, FrameBound.CLIENT_PASSWORD);
            f != null;
            f = reader.read(in, FrameBound.CLIENT_PASSWORD)) {
          seen.append(f.tag()).append(':').append(f.body().readableBytes()).append(' ');
        }
      }
      return seen.toString();
    } catch (ProtocolViolation expected) {
      return seen.append(expected.getMessage()).toString();
    }
  }

  public static void backendMessage(byte tag, byte[] body) {
    try {
      BackendMessage message = BackendMessage.decode(tag, Unpooled.wrappedBuffer(body));
      ByteBuf again = Unpooled.buffer();
      message.encode(again);
      assertThat(BackendMessage.decode(again.readByte(), again.skipBytes(4))).isEqualTo(message);
    } catch (ProtocolViolation expected) {
      assertThat(expected).hasMessageMatching("(?s).{5,200}");
    }
  }

  public static void frontendMessage(byte tag, byte[] body) {
    try {
      FrontendMessage message = FrontendMessage.decode(tag, Unpooled.wrappedBuffer(body));
      ByteBuf again = Unpooled.buffer();
      message.encode(again);
      assertThat(FrontendMessage.decode(again.readByte(), again.skipBytes(4))).isEqualTo(message);
    } catch (ProtocolViolation expected) {
      assertThat(expected).hasMessageMatching("(?s).{5,200}");
    }
  }
}
