package dev.pawl.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.Limits;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.TypeRef;
import dev.pawl.UnreadableValueException;
import dev.pawl.spi.StoredValue;
import dev.pawl.testing.InMemoryStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValuesTest {
  record Order(String id, int items) {}

  /** Something that Jackson cannot write. */
  @SuppressWarnings("DoNotCallSuggester") // the codec calls it
  static final class Opaque {
    public String getName() {
      throw new IllegalStateException("not today");
    }
  }

  private static final TypeRef<Order> ORDER = TypeRef.of(Order.class);
  private static final TypeRef<String> STRING = TypeRef.of(String.class);
  private static final TypeRef<Void> VOID = TypeRef.of(Void.class);

  private final Values values =
      new Values(
          new JacksonCodec(),
          Limits.defaults().maxPayloadBytes(100).maxMetadataBytes(60_000),
          new Reads(new InMemoryStore().open(), () -> false));

  @Test
  void aPayloadReadsAsItWasWritten() {
    StoredValue stored = values.payload("t", ORDER, new Order("a", 2));
    assertThat(text(stored)).isEqualTo("{\"id\":\"a\",\"items\":2}");
    assertThat(values.decode("the payload", stored, ORDER)).isEqualTo(new Order("a", 2));
  }

  @Test
  void nullIsOnlyForTasksThatTakeNothing() {
    StoredValue nothing = values.payload("t", VOID, null);
    assertThat(values.decode("the payload", nothing, VOID)).isNull();
    assertThat(text(values.untypedPayload("t", VOID, null))).isEqualTo("null");
    assertThatThrownBy(() -> values.payload("t", ORDER, null))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContainingAll("\"t\"", "Order", "null");
    assertThatThrownBy(() -> values.untypedPayload("t", ORDER, null))
        .isInstanceOf(InvalidPayloadException.class);
  }

  @Test
  void aPayloadThatCannotBeWrittenIsRefused() {
    assertThatThrownBy(() -> values.payload("t", TypeRef.of(Opaque.class), new Opaque()))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContainingAll("\"t\"", "Opaque")
        .hasCauseInstanceOf(Exception.class);
    List<Object> self = new ArrayList<>();
    self.add(self);
    assertThatThrownBy(() -> values.payload("t", new TypeRef<List<Object>>() {}, self))
        .isInstanceOf(InvalidPayloadException.class);
  }

  @Test
  void aPayloadOfTheLimitIsAcceptedAndOneByteMoreIsNot() {
    assertThat(values.payload("t", STRING, "x".repeat(98)).size()).isEqualTo(100);
    assertThatThrownBy(() -> values.payload("t", STRING, "x".repeat(99)))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContainingAll("\"t\"", "101", "100");
    assertThatThrownBy(
            () -> values.untypedPayload("t", ORDER, Map.of("id", "x".repeat(200), "items", 2)))
        .isInstanceOf(PayloadTooLargeException.class);
  }

  @Test
  void aPayloadForABareIdIsTheTasksTypeOrReadsAsIt() {
    assertThat(text(values.untypedPayload("t", ORDER, new Order("a", 2))))
        .isEqualTo("{\"id\":\"a\",\"items\":2}");
    StoredValue loose = values.untypedPayload("t", ORDER, Map.of("id", "a", "items", 2));
    assertThat(values.decode("the payload", loose, ORDER)).isEqualTo(new Order("a", 2));
    assertThatThrownBy(() -> values.untypedPayload("t", ORDER, List.of("a")))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContainingAll("\"t\"", "Order", "List");
  }

  @Test
  void aPayloadForABareIdMayBeOfAPrimitiveType() {
    StoredValue stored = values.untypedPayload("t", TypeRef.of(int.class), 5);
    assertThat(text(stored)).isEqualTo("5");
  }

  @Test
  void damageIsNoticed() {
    StoredValue stored = values.payload("t", STRING, "abc");
    byte[] flipped = stored.bytes().clone();
    flipped[1] ^= 1;
    assertThatThrownBy(
            () -> values.decode("the output", new StoredValue(flipped, stored.crc32c()), STRING))
        .isInstanceOf(UnreadableValueException.class)
        .hasMessageContainingAll("the output", "checksum");
  }

  @Test
  void whatDoesNotReadAsItsTypeIsUnreadable() {
    StoredValue stored = values.payload("t", STRING, "abc");
    assertThatThrownBy(() -> values.decode("the output", stored, ORDER))
        .isInstanceOf(UnreadableValueException.class)
        .hasMessageContainingAll("the output", "Order");
    assertThatThrownBy(() -> values.decode("it", StoredValue.of(new byte[0]), ORDER))
        .isInstanceOf(UnreadableValueException.class);
  }

  @Test
  void metadataIsAJsonObject() {
    assertThat(values.metadata(null)).isNull();
    assertThat(Values.readMetadata(null)).isEmpty();
    assertThat(values.metadata(Map.of("a", List.of(1, "b")))).isEqualTo("{\"a\":[1,\"b\"]}");
    assertThat(Values.readMetadata("{\"a\":[1,\"b\"]}")).isEqualTo(Map.of("a", List.of(1, "b")));
  }

  @Test
  void metadataThatCannotBeWrittenOrIsTooLargeIsRefused() {
    assertThatThrownBy(() -> values.metadata(Map.of("a", new Opaque())))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("metadata");
    Map<String, Object> nullKey = new HashMap<>();
    nullKey.put(null, 1);
    assertThatThrownBy(() -> values.metadata(nullKey)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> values.metadata(Map.of("half \ud83d", 1)))
        .as("Jackson writes such a name and cannot read it")
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> values.metadata(Map.of("a", "x".repeat(60_000))))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContainingAll("metadata", "60000");
  }

  /** Otherwise every listing that holds the run would fail. */
  @Test
  void metadataThatIsAcceptedReadsAgain() {
    char[] name = new char[55_000];
    Arrays.fill(name, 'n');
    Map<String, Object> longName = Map.of(new String(name), 1);
    assertThat(Values.readMetadata(values.metadata(longName))).isEqualTo(longName);
    Map<String, Object> largeNumber = Map.of("n", BigInteger.TEN.pow(2_000));
    assertThat(Values.readMetadata(values.metadata(largeNumber))).isEqualTo(largeNumber);
  }

  @Test
  void metadataThatDoesNotReadIsNamedAsThat() {
    for (String damaged : List.of("", "null", "[]", "{\"a\":", "7")) {
      assertThatThrownBy(() -> Values.readMetadata(damaged))
          .isInstanceOf(UnreadableValueException.class);
    }
  }

  private static String text(StoredValue value) {
    return new String(value.bytes(), UTF_8);
  }
}
