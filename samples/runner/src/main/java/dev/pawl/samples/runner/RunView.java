package dev.pawl.samples.runner;

import dev.pawl.AttemptInfo;
import dev.pawl.IdempotencyKey;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunStatus;
import dev.pawl.UnreadableValueException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.RawValue;

/**
 * A run as it is shown: what {@link Run} has, in the same words. Payload and output are there where
 * one run is asked for, and only while they are small.
 */
record RunView(
    String id,
    String task,
    RunStatus status,
    int payloadSize,
    @Nullable RawValue payload,
    @Nullable RawValue output,
    @Nullable RunError error,
    List<AttemptInfo> attempts,
    int attemptCount,
    int maxAttempts,
    Instant createdAt,
    @Nullable Instant delayedUntil,
    @Nullable Instant queuedAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Duration ttl,
    List<String> tags,
    @Nullable Map<String, Object> metadata,
    @Nullable String metadataError,
    @Nullable String idempotencyKey,
    IdempotencyKey.@Nullable Scope idempotencyScope,
    String queue,
    @Nullable String concurrencyKey,
    Duration priority,
    @Nullable Duration maxDuration,
    @Nullable String machine,
    @Nullable String region,
    boolean isReplay,
    @Nullable String replayOf,
    @Nullable String parent,
    String root,
    int depth,
    @Nullable String batch,
    @Nullable Integer batchIndex) {

  static RunView of(Run<?> run) {
    return of(run, null, null);
  }

  static RunView of(Run<?> run, @Nullable RawValue payload, @Nullable RawValue output) {
    Map<String, Object> metadata = null;
    String metadataError = null;
    try {
      metadata = run.metadata();
    } catch (UnreadableValueException e) { // of this run alone; a list shows the others
      metadataError = "the stored metadata cannot be read";
    }
    return new RunView(
        run.id(),
        run.taskId(),
        run.status(),
        run.payloadSize(),
        payload,
        output,
        run.error(),
        run.attempts(),
        run.attemptCount(),
        run.maxAttempts(),
        run.createdAt(),
        run.delayedUntil(),
        run.queuedAt(),
        run.startedAt(),
        run.finishedAt(),
        run.ttl(),
        run.tags(),
        metadata,
        metadataError,
        run.idempotencyKey(),
        run.idempotencyScope(),
        run.queue(),
        run.concurrencyKey(),
        run.priority(),
        run.maxDuration(),
        run.machine(),
        run.region(),
        run.isReplay(),
        run.replayOf(),
        run.parentId(),
        run.rootId(),
        run.depth(),
        run.batchId(),
        run.batchIndex());
  }
}
