package dev.pawl.internal.api;

import dev.pawl.spi.PayloadCodec;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;

/**
 * JSON by Jackson, without polymorphic typing: what is stored never chooses a class. Properties
 * that a type does not know are skipped, so that a payload written by a newer version of the
 * application still reads.
 */
final class JacksonCodec implements PayloadCodec {
  /**
   * Jackson refuses to read some values that it has written. What a value may be long is settled
   * when it is stored, by {@link dev.pawl.Limits}; the depth is bounded alike in both directions.
   */
  private static final StreamReadConstraints WRITTEN_IS_READ =
      StreamReadConstraints.builder()
          .maxNumberLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .maxStringLength(Integer.MAX_VALUE)
          .build();

  private static final byte[] EMPTY_OBJECT = {'{', '}'};

  private final JsonMapper mapper =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(WRITTEN_IS_READ).build())
          .build();
  private final Map<Type, ObjectWriter> writers = new ConcurrentHashMap<>();
  private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

  /**
   * {@inheritDoc}
   *
   * <p>Jackson finds out how to make a value of a class only when it makes one. So an empty object
   * is read: what the class itself has against that does not count, only that there is no way to
   * make one.
   */
  @Override
  public void bind(Type type) {
    JavaType known = mapper.constructType(type);
    mapper.acceptJsonFormatVisitor(known, new JsonFormatVisitorWrapper.Base());
    try {
      decode(EMPTY_OBJECT, type);
    } catch (InvalidDefinitionException e) {
      throw e;
    } catch (JacksonException e) {
      // It is no object, or one that must not be empty.
    }
  }

  @Override
  public byte[] encode(@Nullable Object value, Type type) {
    return writers
        .computeIfAbsent(type, t -> mapper.writerFor(mapper.constructType(t)))
        .writeValueAsBytes(value);
  }

  @Override
  public @Nullable Object decode(byte[] bytes, Type type) {
    return readers
        .computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)))
        .readValue(bytes);
  }
}
