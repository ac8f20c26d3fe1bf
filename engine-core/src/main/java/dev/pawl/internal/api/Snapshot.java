package dev.pawl.internal.api;

import dev.pawl.AttemptInfo;
import dev.pawl.IdempotencyKey;
import dev.pawl.IllegalRunStateException;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.TypeRef;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run as the store had it at one moment. */
final class Snapshot<O extends @Nullable Object> implements Run<O> {
  private final Core core;
  private final StoredRun stored;
  private final RunRow run;
  private final Standing standing;
  private final List<AttemptInfo> attempts;
  private final TypeRef<O> outputType;

  private Snapshot(
      Core core,
      StoredRun stored,
      Standing standing,
      List<AttemptInfo> attempts,
      TypeRef<O> outputType) {
    this.core = core;
    this.stored = stored;
    this.run = stored.run();
    this.standing = standing;
    this.attempts = attempts;
    this.outputType = outputType;
  }

  static <O extends @Nullable Object> Snapshot<O> of(
      Core core, StoredRun stored, TypeRef<O> outputType) {
    Standing standing = Standing.of(stored);
    return new Snapshot<>(core, stored, standing, attempts(core, stored, standing), outputType);
  }

  /** A run of a task whose output type follows from its id. */
  static Snapshot<?> of(Core core, StoredRun stored) {
    return of(core, stored, core.outputType(stored.run().taskId()));
  }

  private static List<AttemptInfo> attempts(Core core, StoredRun stored, Standing standing) {
    List<AttemptInfo> attempts = new ArrayList<>();
    if (standing.attempt > 1 || (stored.live() != null && standing.attempt > 0)) {
      for (AttemptRow row : core.reads().read(store -> store.attempts(stored.run().id()))) {
        attempts.add(
            new AttemptInfo(
                row.number(),
                row.status(),
                Micros.instant(row.startedAtMicros()),
                Micros.instant(row.finishedAtMicros()),
                row.error()));
      }
    }
    if (standing.attempt > attempts.size()) {
      attempts.add(last(stored, standing));
    }
    return List.copyOf(attempts);
  }

  private static AttemptInfo last(StoredRun stored, Standing standing) {
    ResultRow result = stored.result();
    return new AttemptInfo(
        standing.attempt,
        standing.status,
        Micros.instant(standing.attemptStartedAt),
        result == null ? null : Micros.instant(result.finishedAtMicros()),
        result == null ? null : result.error());
  }

  /** Where the run stands or how it ended: what a live row and a result row have in common. */
  private record Standing(
      RunStatus status,
      int attempt,
      long dueAt,
      long queuedAt,
      long startedAt,
      long attemptStartedAt,
      @Nullable ResultRow result) {

    static Standing of(StoredRun stored) {
      LiveRow live = stored.live();
      if (live != null) {
        return new Standing(
            live.status(),
            live.attempt(),
            live.status() == RunStatus.DELAYED ? live.dueAtMicros() : Micros.NONE,
            live.queuedAtMicros(),
            live.startedAtMicros(),
            live.attemptStartedAtMicros(),
            null);
      }
      ResultRow result = Objects.requireNonNull(stored.result());
      return new Standing(
          result.status(),
          result.attempt(),
          Micros.NONE,
          result.queuedAtMicros(),
          result.startedAtMicros(),
          result.attemptStartedAtMicros(),
          result);
    }
  }

  @Override
  public String id() {
    return Ids.run(run.id());
  }

  @Override
  public String taskId() {
    return run.taskId();
  }

  @Override
  public RunStatus status() {
    return standing.status;
  }

  @Override
  public <I extends @Nullable Object> I payload(TypeRef<I> type) {
    return core.values().decode("the payload of run " + id(), run.payload(), type);
  }

  @Override
  public int payloadSize() {
    return run.payload().size();
  }

  @Override
  public RunResult<O> result() {
    ResultRow result = standing.result;
    if (result == null) {
      throw new IllegalRunStateException(
          "run " + id() + " is " + status() + "; it has a result once it has ended");
    }
    return core.result(result, taskId(), outputType);
  }

  @Override
  public @Nullable O output() {
    return status() == RunStatus.COMPLETED ? result().unwrap() : null;
  }

  @Override
  public @Nullable RunError error() {
    ResultRow result = standing.result;
    return result == null ? null : result.error();
  }

  @Override
  public List<AttemptInfo> attempts() {
    return attempts;
  }

  @Override
  public int attemptCount() {
    return standing.attempt;
  }

  @Override
  public int maxAttempts() {
    return run.maxAttempts();
  }

  @Override
  public Instant createdAt() {
    return Micros.instant(run.createdAtMicros());
  }

  @Override
  public @Nullable Instant delayedUntil() {
    return Micros.toInstant(
        standing.dueAt == Micros.NONE ? run.delayUntilMicros() : standing.dueAt);
  }

  @Override
  public @Nullable Instant queuedAt() {
    return Micros.toInstant(standing.queuedAt);
  }

  @Override
  public @Nullable Instant startedAt() {
    return Micros.toInstant(standing.startedAt);
  }

  @Override
  public @Nullable Instant finishedAt() {
    ResultRow result = standing.result;
    return result == null ? null : Micros.instant(result.finishedAtMicros());
  }

  @Override
  public @Nullable Duration ttl() {
    return run.ttlMicros() == 0 ? null : Micros.duration(run.ttlMicros());
  }

  @Override
  public List<String> tags() {
    return stored.tags();
  }

  @Override
  public Map<String, Object> metadata() {
    return Values.metadataOf(run.id(), stored.metadata());
  }

  @Override
  public @Nullable String idempotencyKey() {
    return run.idempotencyKey();
  }

  @Override
  public IdempotencyKey.@Nullable Scope idempotencyScope() {
    String scope = run.idempotencyScope();
    return scope == null ? null : IdempotencyKey.Scope.valueOf(scope);
  }

  @Override
  public String queue() {
    return run.queue();
  }

  @Override
  public @Nullable String concurrencyKey() {
    return run.concurrencyKey();
  }

  @Override
  public Duration priority() {
    return Micros.duration(run.priorityMicros());
  }

  @Override
  public @Nullable Duration maxDuration() {
    return run.maxDurationMicros() == 0 ? null : Micros.duration(run.maxDurationMicros());
  }

  @Override
  public @Nullable String machine() {
    return run.machine();
  }

  @Override
  public @Nullable String region() {
    return run.region();
  }

  @Override
  public boolean isReplay() {
    return run.replayOf() != 0;
  }

  @Override
  public @Nullable String replayOf() {
    return Ids.runOrNull(run.replayOf());
  }

  @Override
  public @Nullable String parentId() {
    return Ids.runOrNull(run.parentId());
  }

  @Override
  public String rootId() {
    return Ids.run(run.rootId());
  }

  @Override
  public int depth() {
    return run.depth();
  }

  @Override
  public @Nullable String batchId() {
    return Ids.batchOrNull(run.batchId());
  }

  @Override
  public @Nullable Integer batchIndex() {
    return run.batchId() == 0 ? null : run.batchIndex();
  }

  /** Why the run is not running by now, for the end of a message. */
  String explanation() {
    return Explanations.asSuffix(core, run.id());
  }

  @Override
  public String toString() {
    return "Run[" + id() + " of " + taskId() + ", " + status() + "]";
  }
}
