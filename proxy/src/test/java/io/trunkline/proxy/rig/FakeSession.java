package io.trunkline.proxy.rig;

import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.int32;
import static io.trunkline.proxy.rig.Frontend.message;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A server session made of nothing: it lets everybody in and answers every Query with its own
/// text, unless the text contains a word it has been given something else to say for.
public final class FakeSession {
  public static final byte[] AUTHENTICATION_OK = message('R', int32(0));
  public static final byte[] READY = message('Z', new byte[] {'I'});
  private static final byte[] KEY = message('K', concat(int32(77), int32(88)));

  private final DataInputStream in;
  private final OutputStream out;
  private final Map<String, byte[]> instead = new LinkedHashMap<>();
  private String deadly;
  private String counted;
  private AtomicInteger count;

  FakeSession(DataInputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /// Says these bytes, and nothing else, to every Query that contains the word.
  public FakeSession instead(String word, byte[] bytes) {
    instead.put(word, bytes);
    return this;
  }

  /// Counts each Query that contains the word, before it says anything.
  public FakeSession heard(String word, AtomicInteger times) {
    counted = word;
    count = times;
    return this;
  }

  /// Hangs up behind what it says to the first Query that contains the word.
  public FakeSession diesOf(String word) {
    deadly = word;
    return this;
  }

  /// Logs in and answers until the proxy hangs up, or until something said asked to close.
  ///
  /// @param parameters to report besides the usual
  public void play(byte[]... parameters) throws IOException {
    letIn(parameters);
    boolean dead = false;
    while (!dead) {
      char tag = (char) in.readUnsignedByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      answer(tag, body);
      dead = deadly != null && tag == 'Q' && new String(body, UTF_8).contains(deadly);
    }
  }

  public void letIn(byte[]... parameters) throws IOException {
    say(
        AUTHENTICATION_OK,
        parameter("server_version", "18.0"),
        parameter("server_encoding", "UTF8"),
        parameter("client_encoding", "UTF8"),
        parameter("DateStyle", "ISO, MDY"),
        parameter("TimeZone", "UTC"),
        parameter("integer_datetimes", "on"),
        parameter("standard_conforming_strings", "on"),
        concat(parameters),
        KEY,
        READY);
  }

  private void answer(char tag, byte[] body) throws IOException {
    switch (tag) {
      case 'Q' -> query(new String(body, 0, body.length - 1, UTF_8));
      case 'P' -> say(message('1', new byte[0]));
      case 'B' -> say(message('2', new byte[0]));
      case 'C' -> say(message('3', new byte[0]));
      case 'D' -> say(message('n', new byte[0]));
      case 'E' -> say(complete("SET"));
      case 'S' -> say(READY);
      default -> {}
    }
  }

  private void query(String text) throws IOException {
    if (counted != null && text.contains(counted)) {
      count.incrementAndGet();
    }
    for (Map.Entry<String, byte[]> special : instead.entrySet()) {
      if (text.contains(special.getKey())) {
        say(special.getValue());
        return;
      }
    }
    say(honest(text), READY);
  }

  /// RowDescription, DataRow and CommandComplete that say the text.
  public static byte[] honest(String text) {
    byte[] value = text.getBytes(UTF_8);
    byte[] name = "text\0".getBytes(UTF_8);
    byte[] column = concat(int32(0), new byte[2], int32(25), new byte[] {-1, -1}, int32(-1));
    byte[] row = concat(new byte[] {0, 1}, int32(value.length), value);
    return concat(
        message('T', concat(new byte[] {0, 1}, name, column, new byte[2])),
        message('D', row),
        complete("SELECT 1"));
  }

  public static byte[] complete(String tag) {
    return message('C', (tag + "\0").getBytes(UTF_8));
  }

  public static byte[] parameter(String name, String value) {
    return message('S', (name + "\0" + value + "\0").getBytes(UTF_8));
  }

  public static byte[] error(String fields) {
    return message('E', fields.getBytes(UTF_8));
  }

  public void say(byte[]... messages) throws IOException {
    out.write(concat(messages));
  }

  /// The body of the next message, whatever it is.
  public byte[] hear() throws IOException {
    in.readUnsignedByte();
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return body;
  }

  /// Listens until the proxy hangs up.
  public void hearOut() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }
}
