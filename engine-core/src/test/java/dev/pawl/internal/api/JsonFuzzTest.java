package dev.pawl.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pawl.InvalidOptionException;
import dev.pawl.TypeRef;
import dev.pawl.UnreadableValueException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * The codec of payloads and outputs, with bytes that nobody may have written: a stolen or damaged
 * store. They read as the type that is asked for or are refused, and what was read is stored as
 * itself.
 */
class JsonFuzzTest {
  record Leaf(String text, int number, boolean flag) {}

  record Tree(
      Optional<Tree> left,
      List<Tree> more,
      Map<String, BigDecimal> decimals,
      BigInteger integer,
      double real,
      long[] longs,
      Leaf leaf,
      Object any,
      Instant at,
      Duration took,
      UUID id) {}

  private static final List<Type> TYPES =
      List.of(
          Object.class,
          String.class,
          Long.class,
          BigInteger.class,
          Tree.class,
          new TypeRef<Map<String, List<Leaf>>>() {}.type());

  private final JacksonCodec codec = new JacksonCodec();

  @FuzzTest
  @DictionaryEntries({"@class", "\"java.lang.Thread\"", "1e999999999", "left", "decimals", "\ud800"})
  void bytesReadAsTheTypeThatIsAskedForOrAreRefused(byte[] bytes) {
    for (Type type : TYPES) {
      Object value;
      try {
        value = codec.decode(bytes, type);
      } catch (JacksonException e) {
        continue;
      }
      byte[] written = codec.encode(value, type);
      byte[] again = codec.encode(codec.decode(written, type), type);
      assertThat(new String(again, java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo(new String(written, java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  @FuzzTest
  void metadataThatIsTakenReadsAsItself(byte[] bytes) {
    Map<String, Object> metadata;
    try {
      metadata = Values.readMetadata(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
    } catch (UnreadableValueException e) {
      return;
    }
    String stored;
    try {
      stored = Values.encodeMetadata(metadata);
    } catch (InvalidOptionException e) {
      return;
    }
    assertThat(Values.readMetadata(stored)).isEqualTo(metadata);
  }
}
