package dev.pawl.internal.metrics;

import dev.pawl.BatchTriggerException;
import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.IdempotencyConflictException;
import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.LimitExceededException;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.QueueFullException;
import dev.pawl.RateLimitException;
import dev.pawl.RunCanceledException;
import dev.pawl.StaleAttemptException;
import dev.pawl.StoreUnavailableException;
import dev.pawl.UnknownTaskException;
import dev.pawl.WaitCycleException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why triggers are refused, as a few values of a tag. */
final class Rejections {
  private static final String OTHER = "other";
  private static final Map<Class<?>, String> REASONS = reasons();

  private Rejections() {}

  private static Map<Class<?>, String> reasons() {
    Map<Class<?>, String> reasons = new LinkedHashMap<>();
    reasons.put(QueueFullException.class, "queue.full");
    reasons.put(RateLimitException.class, "rate.limit");
    reasons.put(IdempotencyConflictException.class, "idempotency.conflict");
    reasons.put(InvalidOptionException.class, "option");
    reasons.put(PayloadTooLargeException.class, "payload.too.large");
    reasons.put(InvalidPayloadException.class, "payload");
    reasons.put(UnknownTaskException.class, "unknown.task");
    reasons.put(WaitCycleException.class, "wait.cycle");
    reasons.put(LimitExceededException.class, "limit");
    reasons.put(StoreUnavailableException.class, "store.unavailable");
    reasons.put(OutcomeUnknownException.class, "outcome.unknown");
    return reasons;
  }

  /**
   * The reason; null where nothing was refused, but the caller is at its end: its run was
   * cancelled, or the engine closed.
   */
  static @Nullable String of(Throwable thrown) {
    Throwable cause = thrown;
    if (thrown instanceof BatchTriggerException batch && batch.getCause() != null) {
      cause = batch.getCause();
    }
    if (cause instanceof RunCanceledException
        || cause instanceof StaleAttemptException
        || cause instanceof EngineClosedException
        || cause instanceof EngineFailedException) {
      return null;
    }
    for (Map.Entry<Class<?>, String> reason : REASONS.entrySet()) {
      if (reason.getKey().isInstance(cause)) {
        return reason.getValue();
      }
    }
    return OTHER;
  }
}
