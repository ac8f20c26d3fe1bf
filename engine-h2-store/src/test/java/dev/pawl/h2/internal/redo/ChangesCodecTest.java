package dev.pawl.h2.internal.redo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is written to the journal comes back as it was, whatever the rows are: they are made by
 * reflection, so that a component or a list that is added one day is covered as well.
 */
class ChangesCodecTest {
  private static final int ROUNDS = 500;

  static Changes roundTrip(Changes changes) throws IOException {
    Sink sink = new Sink();
    sink.reset(0);
    ChangesCodec.write(sink, changes);
    byte[] bytes = SinkTest.bytes(sink);
    return ChangesCodec.read(new Source(bytes, 0, bytes.length));
  }

  @Test
  void everyFieldOfEveryRowComesBackAsItself() throws Exception {
    Changes changes = (Changes) new Filler(null).record(Changes.class);
    for (RecordComponent list : Changes.class.getRecordComponents()) {
      assertThat(list.getAccessor().invoke(changes)).as(list.getName()).isNotNull();
    }
    Changes read = roundTrip(changes);
    // One by one, so that a failure names the list.
    for (RecordComponent list : Changes.class.getRecordComponents()) {
      assertThat(list.getAccessor().invoke(read))
          .as(list.getName())
          .isEqualTo(list.getAccessor().invoke(changes));
    }
    assertThat(read).isEqualTo(changes);
  }

  @Test
  void anyValuesComeBackAbsentAndExtremeOnesToo() throws Exception {
    Random random = new Random(5);
    for (int round = 0; round < ROUNDS; round++) {
      Changes changes = (Changes) new Filler(random).record(Changes.class);
      assertThat(roundTrip(changes)).isEqualTo(changes);
    }
  }

  /** A journal that was written before an update of the library is replayed after it. */
  @Test
  void rowsOfEarlierVersionsRead() throws IOException {
    for (RunRow row : List.of(Rows.run(7), Rows.fullRun(8))) {
      assertThat(read(new RunRowCodec(), 2, sink -> OldFields.write(sink, row), 0)).isEqualTo(row);
    }
    RunRow run = Rows.run(7);
    int trace = 1; // an absent text is one byte
    assertThat(read(new RunRowCodec(), 1, sink -> OldFields.write(sink, run), trace))
        .isEqualTo(run);
    for (LiveRow row : List.of(Rows.queued(run), Rows.fullLive(8))) {
      assertThat(read(new LiveRowCodec(), 1, sink -> OldFields.write(sink, row), 0)).isEqualTo(row);
    }
    for (ResultRow row : List.of(Rows.ended(7, RunStatus.CANCELED), Rows.fullResult(8))) {
      assertThat(read(new ResultRowCodec(), 1, sink -> OldFields.write(sink, row), 0))
          .isEqualTo(row);
    }
  }

  /** Reads what was written, but for its last bytes. */
  private static <R> R read(RowCodec<R> codec, int version, Consumer<Sink> writing, int without)
      throws IOException {
    Sink sink = new Sink();
    sink.reset(0);
    writing.accept(sink);
    Source source = new Source(SinkTest.bytes(sink), 0, sink.size() - without);
    R row = codec.read(source, version);
    assertThat(source.hasMore()).isFalse();
    return row;
  }

  @Test
  void nothingIsWrittenForNothing() throws Exception {
    Changes nothing =
        new Changes(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
            List.of(), null, List.of(), List.of());
    assertThat(roundTrip(nothing)).isEqualTo(nothing);
  }

  /** Bytes that passed a checksum by chance, or were written by a later version. */
  @Test
  void bytesThatDoNotReadAreRefusedAndNothingElse() throws Exception {
    Random random = new Random(6);
    Sink sink = new Sink();
    for (int round = 0; round < 2_000; round++) {
      sink.reset(0);
      ChangesCodec.write(sink, (Changes) new Filler(random).record(Changes.class));
      byte[] bytes = SinkTest.bytes(sink);
      if (bytes.length == 0) {
        continue;
      }
      byte[] damaged = bytes.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
      int length = random.nextBoolean() ? damaged.length : random.nextInt(damaged.length);
      try {
        ChangesCodec.read(new Source(damaged, 0, length));
      } catch (UnreadableException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void aListOrARowOfALaterVersionIsRefused() {
    assertThatThrownBy(() -> ChangesCodec.read(new Source(new byte[] {99, 1, 0}, 0, 3)))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("99");
    assertThatThrownBy(() -> ChangesCodec.read(new Source(new byte[] {1, 99, 0}, 0, 3)))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("99");
  }

  /** Makes records: with another value in each component, or with random ones. */
  private static final class Filler {
    private static final long[] EXTREMES = {
      0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 127, 128
    };
    private static final String[] TEXTS = {
      "", "\0", "\ud800", "\udc00\ud83d", "é東\ud83d\ude80", "a"
    };

    private final @Nullable Random random;
    private long next = 100;
    private int links;

    Filler(@Nullable Random random) {
      this.random = random;
    }

    Object record(Class<?> type) throws Exception {
      RecordComponent[] components = type.getRecordComponents();
      Object[] values = new Object[components.length];
      Class<?>[] types = new Class<?>[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        boolean optional = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
        // A record that holds one of its own kind is a chain: of three links, or a random number.
        boolean endOfChain = types[i] == type && random == null && links++ % 3 == 2;
        values[i] =
            optional && (endOfChain || (random != null && random.nextBoolean()))
                ? null
                : value(components[i].getGenericType());
      }
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    }

    private @Nullable Object value(Type type) throws Exception {
      if (type instanceof ParameterizedType list) {
        List<Object> rows = new ArrayList<>();
        int count = random == null ? 2 : random.nextInt(4);
        for (int i = 0; i < count; i++) {
          rows.add(value(list.getActualTypeArguments()[0]));
        }
        return List.copyOf(rows);
      }
      Class<?> raw = (Class<?>) type;
      if (raw == long.class || raw == Long.class) {
        return number();
      } else if (raw == int.class) {
        return (int) number();
      } else if (raw == boolean.class) {
        return random == null ? next++ % 2 == 0 : random.nextBoolean();
      } else if (raw == String.class) {
        return random == null ? "text " + next++ : TEXTS[random.nextInt(TEXTS.length)];
      } else if (raw == StoredValue.class) {
        if (random == null ? next++ % 2 == 0 : random.nextBoolean()) {
          return StoredValue.large(1 + (number() & (Long.MAX_VALUE >> 1)), (int) number(), 7);
        }
        byte[] bytes = ("value " + next++).getBytes(StandardCharsets.UTF_8);
        return new StoredValue(bytes, (int) number()); // also one that is not intact comes back
      } else if (raw.isEnum()) {
        Object[] constants = raw.getEnumConstants();
        return constants[
            random == null ? (int) (next++ % constants.length) : random.nextInt(constants.length)];
      }
      return record(raw);
    }

    private long number() {
      if (random == null) {
        return next++;
      }
      return random.nextBoolean() ? random.nextLong() : EXTREMES[random.nextInt(EXTREMES.length)];
    }
  }
}
