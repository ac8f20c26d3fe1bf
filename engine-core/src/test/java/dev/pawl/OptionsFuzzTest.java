package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.time.Instant;

/** Every setter that reads a text or a number, with any, one after the other on one value. */
class OptionsFuzzTest {
  private static final int MOST_CALLS = 12;

  @FuzzTest
  void anOptionIsTakenOrRefused(FuzzedDataProvider data) {
    TriggerOptions options = TriggerOptions.options();
    BatchOptions batch = BatchOptions.batchOptions();
    RunQuery query = RunQuery.all();
    for (int i = 0; i < MOST_CALLS && data.remainingBytes() > 0; i++) {
      try {
        switch (data.consumeInt(0, 3)) {
          case 0 -> options = changed(options, data);
          case 1 -> batch = changed(batch, data);
          case 2 -> query = changed(query, data);
          default -> declare(data);
        }
      } catch (InvalidOptionException e) {
        Refusals.requireReadable(e);
      }
    }
    requireSound(options);
    assertThat(batch.idempotencyKeyTtl()).isPositive().isLessThanOrEqualTo(Durations.MAX);
    assertThat(query.toString()).isNotNull();
  }

  private static TriggerOptions changed(TriggerOptions options, FuzzedDataProvider data) {
    return switch (data.consumeInt(0, 17)) {
      case 0 -> options.delay(text(data));
      case 1 -> options.delay(duration(data));
      case 2 -> options.delay(Instant.ofEpochSecond(data.consumeInt(), data.consumeLong()));
      case 3 -> options.ttl(text(data));
      case 4 -> options.ttl(duration(data));
      case 5 -> options.queue(text(data));
      case 6 -> options.queue(text(data), data.consumeInt());
      case 7 -> options.concurrencyKey(text(data));
      case 8 -> options.maxAttempts(data.consumeInt());
      case 9 -> options.priority(data.consumeLong());
      case 10 -> options.tags(text(data), text(data));
      case 11 -> options.idempotencyKey(text(data), text(data));
      case 12 -> options.idempotencyKeyTtl(text(data));
      case 13 -> options.debounce(Debounce.key(text(data)).delay(text(data)).maxDelay(text(data)));
      case 14 -> options.maxDuration(text(data));
      case 15 -> options.machine(text(data));
      case 16 -> options.region(text(data));
      default -> options.orElse(TriggerOptions.options().ttl(text(data)));
    };
  }

  private static BatchOptions changed(BatchOptions options, FuzzedDataProvider data) {
    return switch (data.consumeInt(0, 2)) {
      case 0 -> options.idempotencyKey(text(data), text(data));
      case 1 -> options.idempotencyKeyTtl(text(data));
      default -> options.idempotencyKeyTtl(duration(data));
    };
  }

  private static RunQuery changed(RunQuery query, FuzzedDataProvider data) {
    return switch (data.consumeInt(0, 5)) {
      case 0 -> query.tasks(text(data));
      case 1 -> query.tags(text(data));
      case 2 -> query.limit(data.consumeInt());
      case 3 -> query.after(text(data));
      case 4 -> query.period(duration(data));
      default -> query.queue(text(data));
    };
  }

  private static void declare(FuzzedDataProvider data) {
    String name = text(data);
    if (data.consumeBoolean()) {
      assertThat(TaskKey.of(name, String.class, String.class).id()).isEqualTo(name);
    } else {
      Queue queue = Queue.named(name).totalLimit(data.consumeInt()).maxQueued(data.consumeInt());
      assertThat(queue.name()).isEqualTo(name);
    }
  }

  private static void requireSound(TriggerOptions options) {
    assertThat(options.priority().abs()).isLessThanOrEqualTo(Durations.MAX);
    assertThat(options.idempotencyKeyTtl()).isPositive().isLessThanOrEqualTo(Durations.MAX);
    for (Duration duration : new Duration[] {options.delay(), options.ttl()}) {
      assertThat(duration == null || !duration.isNegative()).isTrue();
    }
    if (options.queue() != null) {
      assertThat(options.queue().name()).matches("[-A-Za-z0-9_./:]{1,128}");
    }
  }

  private static String text(FuzzedDataProvider data) {
    return data.consumeString(data.consumeInt(0, 300));
  }

  private static Duration duration(FuzzedDataProvider data) {
    return Duration.ofSeconds(data.consumeLong() >> 1, data.consumeInt());
  }
}
