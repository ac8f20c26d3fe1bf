package dev.pawl.samples.runner;

import dev.pawl.BatchTriggerException;
import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.IdempotencyConflictException;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.LimitExceededException;
import dev.pawl.NotFoundException;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.QueueFullException;
import dev.pawl.RateLimitException;
import dev.pawl.StoreUnavailableException;
import dev.pawl.UnknownQueueException;
import dev.pawl.UnknownTaskException;
import dev.pawl.UnreadableValueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an exception of the engine is called over HTTP. What the caller did wrong is told in the
 * engine's words; what went wrong here in words that give nothing away.
 */
final class Failures {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static Refusal refusal(Throwable failure) {
    return switch (failure) {
      case Refusal refusal -> refusal;
      case BatchTriggerException e -> batch(e);
      case InvalidOptionException e -> new Refusal(400, "invalid-option", e.getMessage());
      case InvalidPayloadException e -> new Refusal(400, "invalid-payload", e.getMessage());
      case LimitExceededException e -> new Refusal(400, "limit-exceeded", e.getMessage());
      case UnknownTaskException e -> new Refusal(404, "unknown-task", e.getMessage());
      case UnknownQueueException e -> new Refusal(404, "unknown-queue", e.getMessage());
      case NotFoundException e -> new Refusal(404, "not-found", e.getMessage());
      case IllegalRunStateException e -> new Refusal(409, "illegal-run-state", e.getMessage());
      case IdempotencyConflictException e ->
          new Refusal(409, "idempotency-conflict", e.getMessage());
      case PayloadTooLargeException e -> new Refusal(413, "payload-too-large", e.getMessage());
      case QueueFullException e -> new Refusal(429, "queue-full", e.getMessage());
      case RateLimitException e -> new Refusal(429, "rate-limited", e.getMessage(), e.retryAfter());
      case UnreadableValueException e ->
          new Refusal(500, "unreadable-value", "the stored value cannot be read");
      case EngineClosedException e -> new Refusal(503, "stopping", "the runner is stopping");
      case OutcomeUnknownException e ->
          new Refusal(
              503,
              "outcome-unknown",
              "the store failed in the middle: this may or may not have happened; to repeat it"
                  + " with the same idempotency key is safe");
      case StoreUnavailableException e ->
          new Refusal(503, "store-unavailable", "the store cannot be written at present");
      case EngineFailedException e -> new Refusal(503, "failed", "the engine has stopped");
      default -> unexpected(failure);
    };
  }

  /** The cause says which item, and what is wrong with it. */
  private static Refusal batch(BatchTriggerException failure) {
    Throwable cause = failure.getCause();
    if (cause == null || cause == failure) {
      return new Refusal(400, "invalid-batch", failure.getMessage());
    }
    Refusal refusal = refusal(cause);
    return refusal.status() >= 500
        ? refusal
        : new Refusal(refusal.status(), refusal.type(), failure.getMessage(), refusal.retryAfter());
  }

  private static Refusal unexpected(Throwable failure) {
    log.error("a request failed", failure);
    return new Refusal(500, "internal", "something went wrong here; the log says what");
  }
}
