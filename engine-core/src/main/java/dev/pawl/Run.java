package dev.pawl;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was when it was read. Later changes do not show.
 *
 * @param <O> the task's output type
 */
public interface Run<O extends @Nullable Object> {
  /** The run. */
  String id();

  /** Its task. */
  String taskId();

  /** Where it stood when it was read. */
  RunStatus status();

  /**
   * Whether it stands in a queue or will: {@code QUEUED}, {@code DELAYED}, {@code RETRYING}, {@code
   * PENDING_VERSION}.
   */
  default boolean isQueued() {
    return switch (status()) {
      case QUEUED, DELAYED, RETRYING, PENDING_VERSION -> true;
      default -> false;
    };
  }

  /** Whether its body runs: {@code EXECUTING}. */
  default boolean isExecuting() {
    return status() == RunStatus.EXECUTING;
  }

  /** Whether it is parked in a wait: {@code WAITING}. */
  default boolean isWaiting() {
    return status() == RunStatus.WAITING;
  }

  /** Whether it has ended, in any of the seven ways. */
  default boolean isCompleted() {
    return status().isTerminal();
  }

  /** Whether it has ended well: {@code COMPLETED}. */
  default boolean isSuccess() {
    return status().isSuccess();
  }

  /** Whether it has ended in any other way than well. */
  default boolean isFailed() {
    return status().isFailure();
  }

  /** Whether it was cancelled: {@code CANCELED}. */
  default boolean isCanceled() {
    return status() == RunStatus.CANCELED;
  }

  /**
   * The payload, decoded anew at each call.
   *
   * @param type what to decode it as
   * @throws UnreadableValueException if it does not read as that, or is damaged
   */
  <I extends @Nullable Object> I payload(TypeRef<I> type);

  /** As {@link #payload(TypeRef)}. */
  default <I extends @Nullable Object> I payload(Class<I> type) {
    return payload(TypeRef.of(type));
  }

  /** The size of the encoded payload in bytes; known without reading a large one. */
  int payloadSize();

  /**
   * How the run ended.
   *
   * @throws IllegalRunStateException if it has not ended
   */
  RunResult<O> result();

  /**
   * The output of a completed run, decoded anew at each call; null for every other run, and where
   * the body returned null.
   */
  @Nullable O output();

  /** Why the run ended, for every terminal status but {@code COMPLETED}; otherwise null. */
  @Nullable RunError error();

  /** The attempts so far, in order. */
  List<AttemptInfo> attempts();

  /** How many attempts were started. */
  int attemptCount();

  /** How many attempts it may use. */
  int maxAttempts();

  /** When it was triggered. */
  Instant createdAt();

  /** When a delayed run is, or was first to be, enqueued; null where it has no delay. */
  @Nullable Instant delayedUntil();

  /** When it was first enqueued; null while it is delayed. */
  @Nullable Instant queuedAt();

  /** When its first attempt started; null before. */
  @Nullable Instant startedAt();

  /** When it ended; null before. */
  @Nullable Instant finishedAt();

  /** When it expired; null for every other status. */
  default @Nullable Instant expiredAt() {
    return status() == RunStatus.EXPIRED ? finishedAt() : null;
  }

  /** Its time to live; null where it has none. */
  @Nullable Duration ttl();

  /** Its tags when it was read; those that were added since it was triggered included. */
  List<String> tags();

  /** Its metadata when it was read; empty where there is none. */
  Map<String, Object> metadata();

  /** The idempotency key as its user wrote it, or null. */
  @Nullable String idempotencyKey();

  /** The scope of the idempotency key; null where there is none. */
  IdempotencyKey.@Nullable Scope idempotencyScope();

  /** The queue that it stands in, or stood in. */
  String queue();

  /** Its part of the queue; null for the one without a key. */
  @Nullable String concurrencyKey();

  /** Its head start inside its queue. */
  Duration priority();

  /** How long an attempt may be active; null where there is no bound. */
  @Nullable Duration maxDuration();

  /** The machine preset it asks for, or null. */
  @Nullable String machine();

  /** The lane its bodies run on; null for the default one. */
  @Nullable String region();

  /** Whether it was made by {@link Runs#replay}. */
  boolean isReplay();

  /** The run it is a replay of, or null. */
  @Nullable String replayOf();

  /** The run that triggered it; null for a root run. */
  @Nullable String parentId();

  /** The first run of its lineage: itself where it has no parent. */
  String rootId();

  /** 0 for a root run, its parent's depth plus one otherwise. */
  int depth();

  /** The batch that created it, or null. */
  @Nullable String batchId();

  /** Its index in the batch that created it, or null. */
  @Nullable Integer batchIndex();
}
