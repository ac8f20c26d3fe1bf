package dev.pawl.spi;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns payloads and outputs into bytes and back. Called by callers and by bodies, so it must be
 * safe for use by many threads. It must not choose a class by what the bytes say: the type is
 * always given.
 */
public interface PayloadCodec {

  /**
   * Gets ready for a type. Called when a task is registered, once for its payload's and once for
   * its output's type, so that a type of which no value could be encoded or decoded is refused then
   * and not when a run fails for it. By default, nothing is done.
   *
   * @throws Exception any exception means that values of this type cannot be encoded and decoded;
   *     its message says why
   */
  default void bind(Type type) throws Exception {}

  /**
   * Encodes a value as {@code type}.
   *
   * @throws Exception any exception means that the value cannot be encoded; the engine wraps it
   */
  byte[] encode(@Nullable Object value, Type type) throws Exception;

  /**
   * Decodes bytes that {@link #encode} made, possibly for an earlier version of {@code type}.
   *
   * @throws Exception any exception means that the bytes do not read as {@code type}; the engine
   *     wraps it
   */
  @Nullable Object decode(byte[] bytes, Type type) throws Exception;
}
