package dev.pawl.internal.api;

import dev.pawl.spi.PayloadCodec;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
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

  private final JsonMapper mapper;
  private final Map<Type, ObjectWriter> writers = new ConcurrentHashMap<>();
  private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

  /** For payloads and outputs, which read as the type that they were written from. */
  JacksonCodec() {
    this(true);
  }

  /**
   * For values of a known type, or of none.
   *
   * @param typed whether a double that JSON has no number for is written as a text, which only
   *     reads as that double where one is expected
   */
  JacksonCodec(boolean typed) {
    this.mapper =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(WRITTEN_IS_READ).build())
            .configure(JsonWriteFeature.WRITE_NAN_AS_STRINGS, typed)
            .build();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Jackson finds out how to make a value of a class only when it makes one. So an empty object
   * is read: what the class itself has against that does not count, only that there is no way to
   * make one. What is part of it is looked at by {@link DeadEnds}.
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
    DeadEnds.refuse(mapper._deserializationContext(), known);
  }

  @Override
  public byte[] encode(@Nullable Object value, Type type) {
    byte[] bytes =
        writers
            .computeIfAbsent(type, t -> mapper.writerFor(mapper.constructType(t)))
            .writeValueAsBytes(value);
    if (hasHalfAPair(bytes)) {
      requireReadable(bytes);
    }
    return bytes;
  }

  /** Whether half of a surrogate pair was written, which is always escaped. */
  private static boolean hasHalfAPair(byte[] json) {
    for (int i = 0; i + 2 < json.length; i++) {
      if (json[i] == '\\' && json[i + 1] == 'u' && (json[i + 2] | 0x20) == 'd') {
        return true;
      }
    }
    return false;
  }

  /** Jackson writes half a pair anywhere, and refuses to read it in the name of a property. */
  private void requireReadable(byte[] json) {
    try (JsonParser parser = mapper.createParser(json)) {
      JsonToken token;
      do {
        token = parser.nextToken();
      } while (token != null);
    }
  }

  @Override
  public @Nullable Object decode(byte[] bytes, Type type) {
    return readers
        .computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)))
        .readValue(bytes);
  }
}
