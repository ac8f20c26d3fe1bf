package dev.pawl.internal.api;

import dev.pawl.Debounce;
import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.PayloadConflict;
import dev.pawl.Queue;
import dev.pawl.Task;
import dev.pawl.TaskRef;
import dev.pawl.TriggerOptions;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.internal.queue.Machines;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the calls that trigger into requests: encodes the payload, checks the options, and fills in
 * what is not given.
 *
 * <p>In two steps, because a call that is recorded in its run's journal needs only the first: its
 * task may be gone by the time that the body is run again, or its limits changed.
 */
record Requests(
    Registry registry,
    Values values,
    Limits limits,
    Duration defaultTtl,
    Set<String> lanes,
    Machines machines) {

  /** What a call says by itself, whether or not its task is registered. */
  record Draft(
      String taskId,
      StoredValue payload,
      long payloadHash,
      TriggerRequest.@Nullable Key key,
      TriggerOptions options) {}

  /**
   * A trigger of a task that need not be registered.
   *
   * @param caller the attempt that triggers, or null
   */
  Draft draft(
      TaskRef<?, ?> ref,
      @Nullable Object payload,
      TriggerOptions options,
      @Nullable Attempt caller) {
    return draft(ref.id(), values.payload(ref.id(), ref.inputType(), payload), options, caller);
  }

  /**
   * As {@link #draft(TaskRef, Object, TriggerOptions, Attempt)}, by the bare id of a task that is
   * registered: only that tells how its payload is encoded.
   */
  Draft draft(
      String taskId, @Nullable Object payload, TriggerOptions options, @Nullable Attempt caller) {
    Task<?, ?> task = registry.require(taskId);
    return draft(taskId, values.untypedPayload(taskId, task.inputType(), payload), options, caller);
  }

  private static Draft draft(
      String taskId, StoredValue payload, TriggerOptions options, @Nullable Attempt caller) {
    return new Draft(taskId, payload, Hashes.of(payload), key(taskId, options, caller), options);
  }

  private static TriggerRequest.@Nullable Key key(
      String taskId, TriggerOptions options, @Nullable Attempt caller) {
    IdempotencyKey key = options.idempotencyKey();
    if (key == null) {
      return null;
    }
    return new TriggerRequest.Key(
        Keys.identify(taskId, key, caller),
        Micros.of(options.idempotencyKeyTtl()),
        options.onPayloadConflict() == PayloadConflict.REJECT,
        key.text(),
        Keys.scope(key, caller).name());
  }

  /**
   * A replay: what the options do not give is what the old run was triggered with, except for what
   * a replay does not take over.
   *
   * @throws dev.pawl.UnknownTaskException if the run's task is not registered
   */
  TriggerRequest replay(RunRow old, TriggerOptions given) {
    Task<?, ?> task = registry.require(old.taskId());
    TriggerOptions merged = given;
    if (!given.tagsGiven()) {
      merged = merged.tags(old.tags());
    }
    if (given.metadata() == null && old.metadata() != null) {
      merged = merged.metadata(Values.metadataOf(old.id(), old.metadata()));
    }
    if (given.queue() == null && !task.queue().name().equals(old.queue())) {
      merged = merged.queue(old.queue());
    }
    if (given.concurrencyKey() == null && old.concurrencyKey() != null) {
      merged = merged.concurrencyKey(old.concurrencyKey());
    }
    if (given.machine() == null && old.machine() != null) {
      merged = merged.machine(old.machine());
    }
    if (given.region() == null && old.region() != null) {
      merged = merged.region(old.region());
    }
    StoredValue payload = values.large().copy(old);
    Draft draft =
        new Draft(
            old.taskId(), payload, Hashes.of(payload), key(old.taskId(), merged, null), merged);
    return of(draft, old.id());
  }

  /**
   * A trigger of a registered task, checked and resolved: what is not in the options comes from
   * task and engine.
   */
  TriggerRequest of(Draft draft) {
    return of(draft, 0);
  }

  private TriggerRequest of(Draft draft, long replayOf) {
    Task<?, ?> task = registry.require(draft.taskId());
    TriggerOptions options = draft.options();
    checkTags(options.tags());
    TriggerRequest.Debouncing debounce = debounce(options);
    Duration delay = options.delay();
    Integer maxAttempts = options.maxAttempts();
    Queue queue = options.queue();
    return new TriggerRequest(
        task.id(),
        draft.payload(),
        delay != null ? Micros.of(delay) : debounce != null ? debounce.delay() : 0,
        instant("delay", options.delayUntil()),
        Micros.of(ttl(task, options)),
        maxAttempts == null ? registry.retryPolicy(task.id()).maxAttempts() : maxAttempts,
        Micros.of(options.priority()),
        queue == null ? task.queue() : queue,
        options.concurrencyKey(),
        options.tags(),
        values.metadata(options.metadata()),
        Micros.of(maxDuration(task, options)),
        machine(options.machine() == null ? task.machine() : options.machine()),
        knownLane(options.region()),
        replayOf,
        draft.payloadHash(),
        draft.key(),
        debounce,
        queue != null,
        null);
  }

  private static TriggerRequest.@Nullable Debouncing debounce(TriggerOptions options) {
    Debounce debounce = options.debounce();
    if (debounce == null) {
      return null;
    }
    Duration delay = debounce.delay();
    Duration maxDelay = debounce.maxDelay();
    if (delay == null) {
      throw new InvalidOptionException("debounce needs a delay");
    }
    return new TriggerRequest.Debouncing(
        debounce.key(),
        Micros.of(delay),
        maxDelay == null ? Micros.NEVER : Micros.of(maxDelay),
        debounce.mode() == Debounce.Mode.TRAILING,
        new TriggerRequest.Given(
            options.tagsGiven(),
            options.maxAttempts() != null,
            options.maxDuration() != null,
            options.machine() != null));
  }

  /**
   * The machine that a run asks for.
   *
   * @throws InvalidOptionException if the engine has presets, and this is none of them
   */
  @Nullable String machine(@Nullable String machine) {
    if (machine != null && !machines.offers(machine)) {
      throw new InvalidOptionException(
          "the engine has no machine \""
              + machine
              + "\"; it has "
              + String.join(", ", machines.names()));
    }
    return machine;
  }

  private Duration ttl(Task<?, ?> task, TriggerOptions options) {
    Duration own = options.ttl();
    if (own != null) {
      return own;
    }
    Duration ofTask = task.ttl();
    return ofTask == null ? defaultTtl : ofTask;
  }

  private Duration maxDuration(Task<?, ?> task, TriggerOptions options) {
    Duration own = options.maxDuration();
    if (own == null) {
      return task.maxDuration();
    }
    Registry.checkMaxDuration(limits, "maxDuration", own);
    return own;
  }

  /**
   * A lane of this engine.
   *
   * @throws InvalidOptionException naming lanes that look alike
   */
  @Nullable String knownLane(@Nullable String region) {
    if (region == null || lanes.contains(region)) {
      return region;
    }
    List<String> similar = Similar.to(region, lanes);
    throw new InvalidOptionException(
        "region "
            + "\""
            + region
            + "\""
            + " is not a lane of this engine; "
            + (similar.isEmpty()
                ? "add it with Engine.builder().lane(name, executor)"
                : "did you mean " + String.join(", ", similar) + "?"));
  }

  /**
   * An instant of an option; one that lies further in the past than a row can hold is merely past.
   *
   * @throws InvalidOptionException if it lies further in the future than a row can hold
   */
  static long instant(String option, @Nullable Instant instant) {
    try {
      return Micros.of(instant);
    } catch (ArithmeticException e) {
      if (instant != null && instant.isBefore(Instant.EPOCH)) {
        return Micros.NONE + 1;
      }
      throw new InvalidOptionException(option + " " + instant + " lies too far away", e);
    }
  }

  /** Tags to be added to a run, checked one by one; duplicates are dropped. */
  List<String> tags(String... tags) {
    List<String> distinct = List.copyOf(new LinkedHashSet<>(List.of(tags)));
    checkTags(distinct);
    return distinct;
  }

  private void checkTags(List<String> tags) {
    if (tags.size() > limits.maxTags()) {
      throw new InvalidOptionException(
          "a run can have " + limits.maxTags() + " tags; this one would have " + tags.size());
    }
    for (String tag : tags) {
      if (tag.isEmpty() || tag.length() > limits.maxTagLength()) {
        throw new InvalidOptionException(
            "a tag must have 1 to "
                + limits.maxTagLength()
                + " characters; this one has "
                + tag.length());
      }
    }
  }
}
