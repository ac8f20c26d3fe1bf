package dev.pawl.samples.runner;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.pawl.Debounce;
import dev.pawl.PayloadConflict;
import dev.pawl.Queue;
import dev.pawl.TriggerOptions;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The options of a trigger, each as {@link TriggerOptions} has it; times are texts. */
record OptionsBody(
    @Nullable String delay,
    @Nullable String ttl,
    @Nullable List<String> idempotencyKey,
    @Nullable String idempotencyKeyTtl,
    @Nullable PayloadConflict onPayloadConflict,
    @Nullable DebounceBody debounce,
    @Nullable QueueBody queue,
    @Nullable String concurrencyKey,
    @Nullable Integer maxAttempts,
    @Nullable Long priority,
    @Nullable List<String> tags,
    @Nullable Map<String, Object> metadata,
    @Nullable String maxDuration,
    @Nullable String machine,
    @Nullable String region) {

  record DebounceBody(
      @Nullable String key,
      @Nullable String delay,
      @Nullable String maxDelay,
      Debounce.@Nullable Mode mode) {
    Debounce debounce() {
      Debounce debounce = Debounce.key(Field.required("debounce.key", key));
      debounce = with(debounce, delay, Debounce::delay);
      debounce = with(debounce, maxDelay, Debounce::maxDelay);
      return mode == Debounce.Mode.TRAILING ? debounce.trailing() : debounce.leading();
    }
  }

  /** {@code "orders"}, or {@code {"name": "orders", "concurrencyLimit": 10}}. */
  record QueueBody(
      @Nullable String name,
      @Nullable Integer concurrencyLimit,
      @Nullable Integer totalLimit,
      @Nullable Integer maxQueued) {
    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    QueueBody {}

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static QueueBody named(String name) {
      return new QueueBody(name, null, null, null);
    }

    Queue queue() {
      Queue queue = Queue.named(Field.required("queue.name", name));
      queue = with(queue, concurrencyLimit, Queue::concurrencyLimit);
      queue = with(queue, totalLimit, Queue::totalLimit);
      return with(queue, maxQueued, Queue::maxQueued);
    }
  }

  /** No option where there are none. */
  static TriggerOptions options(@Nullable OptionsBody body) {
    return body == null ? TriggerOptions.options() : body.options();
  }

  private TriggerOptions options() {
    TriggerOptions options = TriggerOptions.options();
    options = with(options, delay, TriggerOptions::delay);
    options = with(options, ttl, TriggerOptions::ttl);
    options =
        with(options, idempotencyKey, (to, key) -> to.idempotencyKey(key.toArray(String[]::new)));
    options = with(options, idempotencyKeyTtl, TriggerOptions::idempotencyKeyTtl);
    options = with(options, onPayloadConflict, TriggerOptions::onPayloadConflict);
    options = with(options, debounce, (to, value) -> to.debounce(value.debounce()));
    options = with(options, queue, (to, value) -> to.queue(value.queue()));
    options = with(options, concurrencyKey, TriggerOptions::concurrencyKey);
    options = with(options, maxAttempts, TriggerOptions::maxAttempts);
    options = with(options, priority, TriggerOptions::priority);
    options = with(options, tags, TriggerOptions::tags);
    options = with(options, metadata, TriggerOptions::metadata);
    options = with(options, maxDuration, TriggerOptions::maxDuration);
    options = with(options, machine, TriggerOptions::machine);
    return with(options, region, TriggerOptions::region);
  }

  private static <T, V> T with(T to, @Nullable V value, BiFunction<T, V, T> set) {
    return value == null ? to : set.apply(to, value);
  }
}
