package io.trunkline.pool;

import com.github.benmanes.caffeine.cache.Interner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.trunkline.protocol.FrontendTag;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// A prepared statement as servers know it: one query text with one list of parameter types, parsed
/// in one scope, under one name, however many clients prepared it under whatever names. Immutable
/// and interned weakly, so it lives as long as a client or a server refers to it.
///
/// Its scope is what the meaning of the text depends on. Usually that is a [SessionSettings] of
/// [ParseScope], shared by all clients with equal ones; where it is not known what is in force, an
/// object that belongs to one client alone.
///
/// Its name begins with [#NAME_PREFIX]; a client's own name is never sent to a server.
public final class SharedStatement implements ParsedStatement {
  /// Begins every statement name that servers see from us.
  public static final String NAME_PREFIX = "_tl_";

  private static final Interner<SharedStatement> INTERNER = Interner.newWeakInterner();
  private static final AtomicLong NEXT_ID = new AtomicLong(1);

  /// What follows the statement name in its Parse message: String query, Int16 n, n × Int32 type.
  private final byte[] definition;

  private final Object scope;
  private final int hash;
  private final int effects;
  private final byte[] name;

  private SharedStatement(byte[] definition, Object scope, int effects) {
    this.definition = definition;
    this.scope = scope;
    this.hash = 31 * Arrays.hashCode(definition) + scope.hashCode();
    this.effects = effects;
    this.name =
        (NAME_PREFIX + Long.toString(NEXT_ID.getAndIncrement(), Character.MAX_RADIX))
            .getBytes(StandardCharsets.US_ASCII);
  }

  /// The statement with this definition (the bytes of a Parse message behind its statement name).
  ///
  /// @param effects what executing it may do to the session, as the SQL scanner found
  public static SharedStatement of(ByteBuf in, int start, int bytes, Object scope, int effects) {
    byte[] definition = ByteBufUtil.getBytes(in, start, bytes);
    return INTERNER.intern(new SharedStatement(definition, scope, effects));
  }

  /// The same text in another scope.
  public SharedStatement in(Object other) {
    return scope.equals(other)
        ? this
        : INTERNER.intern(new SharedStatement(definition, other, effects));
  }

  @Override
  public SharedStatement statement() {
    return this;
  }

  @Override
  public boolean onServer() {
    return true;
  }

  /// The name on servers, without its terminator.
  public byte[] name() {
    return name;
  }

  public int effects() {
    return effects;
  }

  /// The query's text.
  public String query() {
    int end = 0;
    while (definition[end] != 0) {
      end++;
    }
    return new String(definition, 0, end, StandardCharsets.UTF_8);
  }

  /// How many bytes [#encodeParse] writes.
  public int parseBytes() {
    return 1 + 4 + name.length + 1 + definition.length;
  }

  /// Writes the Parse message that makes this statement known to a server.
  public void encodeParse(ByteBuf out) {
    out.writeByte(FrontendTag.PARSE).writeInt(parseBytes() - 1);
    out.writeBytes(name).writeByte(0).writeBytes(definition);
  }

  /// Writes the Close message that makes a server forget it.
  public void encodeClose(ByteBuf out) {
    out.writeByte(FrontendTag.CLOSE).writeInt(4 + 1 + name.length + 1);
    out.writeByte('S').writeBytes(name).writeByte(0);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof SharedStatement that
            && hash == that.hash
            && scope.equals(that.scope)
            && Arrays.equals(definition, that.definition));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return new String(name, StandardCharsets.US_ASCII);
  }
}
