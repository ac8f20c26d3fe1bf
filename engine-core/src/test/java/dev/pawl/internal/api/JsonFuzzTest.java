package dev.pawl.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.TypeRef;
import dev.pawl.UnreadableValueException;
import dev.pawl.spi.StoredValue;
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
      List<Long> longs,
      Leaf leaf,
      Object any,
      Instant at,
      Duration took,
      UUID id) {}

  private static final List<TypeRef<?>> TYPES =
      List.of(
          TypeRef.of(Object.class),
          TypeRef.of(String.class),
          TypeRef.of(Long.class),
          TypeRef.of(BigInteger.class),
          TypeRef.of(Tree.class),
          new TypeRef<Map<String, List<Leaf>>>() {});

  private final JacksonCodec codec = new JacksonCodec();
  private final Values values = new Values(codec, Limits.defaults(), null); // reads no large value

  @FuzzTest
  @DictionaryEntries({
    "@class",
    "\"java.lang.Thread\"",
    "1e999999999",
    "left",
    "decimals",
    "\ud800"
  })
  void bytesReadAsTheTypeThatIsAskedForOrAreRefused(byte[] bytes) {
    for (TypeRef<?> type : TYPES) {
      Object value;
      try {
        value = values.decode("a payload", StoredValue.of(bytes), type);
      } catch (UnreadableValueException e) {
        continue;
      }
      byte[] written;
      try {
        written = codec.encode(value, type.type());
      } catch (JacksonException e) {
        continue; // the caller is told
      }
      byte[] again = codec.encode(codec.decode(written, type.type()), type.type());
      assertThat(new String(again, UTF_8)).isEqualTo(new String(written, UTF_8));
    }
  }

  @FuzzTest
  void metadataThatIsTakenReadsAsItself(byte[] bytes) {
    Map<String, Object> metadata;
    try {
      metadata = Values.readMetadata(new String(bytes, UTF_8));
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
