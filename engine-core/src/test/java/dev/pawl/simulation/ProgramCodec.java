package dev.pawl.simulation;

import dev.pawl.spi.PayloadCodec;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Programs as payloads: quicker than JSON, which would be most of what a history costs. */
final class ProgramCodec implements PayloadCodec {
  @Override
  public byte[] encode(@Nullable Object value, Type type) {
    Program program = (Program) java.util.Objects.requireNonNull(value);
    return ByteBuffer.allocate(Long.BYTES + 1)
        .putLong(program.number())
        .put((byte) program.depth())
        .array();
  }

  @Override
  public Program decode(byte[] bytes, Type type) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Program(buffer.getLong(), buffer.get());
  }
}
