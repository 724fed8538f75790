package io.trunkline.protocol.sql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A session of the simple query protocol, byte by byte: no driver converts anything or objects to
/// a change of its encoding. The server must trust us.
final class RawSession implements AutoCloseable {
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private final Socket socket;
  private final DataInputStream in;

  RawSession(int port, String user) throws IOException {
    socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    in = new DataInputStream(socket.getInputStream());
    byte[] parameters =
        ("user\0" + user + "\0database\0postgres\0client_encoding\0UTF8\0\0").getBytes(BYTES);
    ByteBuf startup = Unpooled.buffer().writeInt(8 + parameters.length).writeInt(196608);
    send(startup.writeBytes(parameters));
    readToReady();
  }

  /// The bodies of all rows; the error's message as an exception.
  List<ByteBuf> rows(String sql) throws IOException {
    byte[] text = sql.getBytes(BYTES);
    send(Unpooled.buffer().writeByte('Q').writeInt(5 + text.length).writeBytes(text).writeByte(0));
    return readToReady();
  }

  void run(String sql) throws IOException {
    rows(sql);
  }

  /// Runs what is expected to fail.
  void fail(String sql) throws IOException {
    try {
      rows(sql);
    } catch (ServerError expected) {
      return;
    }
    throw new AssertionError("did not fail: " + sql);
  }

  /// The first column of the first row, as bytes.
  String value(String sql) throws IOException {
    ByteBuf row = rows(sql).getFirst();
    row.skipBytes(2);
    int length = row.readInt();
    return length < 0 ? "NULL" : row.readCharSequence(length, BYTES).toString();
  }

  private void send(ByteBuf message) throws IOException {
    socket.getOutputStream().write(message.array(), 0, message.readableBytes());
  }

  private List<ByteBuf> readToReady() throws IOException {
    List<ByteBuf> rows = new ArrayList<>();
    String error = null;
    while (true) {
      int tag = in.read();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      if (tag == 'D') {
        rows.add(Unpooled.wrappedBuffer(body));
      } else if (tag == 'E') {
        error = new String(body, BYTES).replace('\0', ' ');
      } else if (tag == 'Z' && error != null) {
        throw new ServerError(error);
      } else if (tag == 'Z') {
        return rows;
      } else if (tag == -1) {
        throw new IOException("the server hung up: " + error);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  static final class ServerError extends IOException {
    ServerError(String message) {
      super(message);
    }
  }
}
