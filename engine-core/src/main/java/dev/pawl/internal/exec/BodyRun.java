package dev.pawl.internal.exec;

import dev.pawl.AbortRunException;
import dev.pawl.ErrorDecision;
import dev.pawl.RetryAfterException;
import dev.pawl.RunContext;
import dev.pawl.RunError;
import dev.pawl.RunError.Code;
import dev.pawl.StaleAttemptException;
import dev.pawl.Task;
import dev.pawl.UnreadableValueException;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.StoredValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One attempt as a pipeline: read the payload, decode it, run the body, end its forks, encode the
 * output, report. Whatever is thrown on the way becomes an outcome; nothing else leaves this class.
 *
 * @param <I> the payload type
 * @param <O> the output type
 */
public final class BodyRun<I extends @Nullable Object, O extends @Nullable Object>
    implements Runnable {
  /** Made while there is memory to make it of. */
  private static final Outcome OUT_OF_MEMORY =
      new Outcome.Failed(
          new RunError(
              Code.EXCEPTION, OutOfMemoryError.class.getName(), "the heap is exhausted", "", null),
          true,
          null);

  /** What an attempt needs of the engine. */
  public interface Io {
    /**
     * The payload, with its bytes.
     *
     * @throws UnreadableValueException if it is missing or damaged
     */
    StoredValue payload();

    /** Makes an output ready for the commit that ends the run. */
    StoredValue output(byte[] encoded);

    /** Called before the body is entered; loads what a replay needs. */
    void beforeBody();

    /** The body, or what comes before and after it, has thrown. */
    void thrown(Throwable thrown);

    /** The body has returned while threads that it forked still run. */
    void bodyReturned();

    /** The attempt is over. */
    void ended(Outcome outcome);
  }

  /**
   * What an outcome is checked against.
   *
   * @param maxOutputBytes the largest output
   * @param maxErrorChars the longest error message and stack trace
   */
  public record Bounds(int maxOutputBytes, int maxErrorChars) {}

  private final Task<I, O> task;
  private final PayloadCodec codec;
  private final RunContext context;
  private final AttemptHooks<I> hooks;
  private final RunScope scope;
  private final Io io;
  private final Bounds bounds;
  private final Errors errors;

  public BodyRun(
      Task<I, O> task,
      PayloadCodec codec,
      RunContext context,
      AttemptHooks<I> hooks,
      RunScope scope,
      Io io,
      Bounds bounds) {
    this.task = task;
    this.codec = codec;
    this.context = context;
    this.hooks = hooks;
    this.scope = scope;
    this.io = io;
    this.bounds = bounds;
    this.errors = new Errors(bounds.maxErrorChars());
  }

  @Override
  public void run() {
    Outcome outcome;
    try {
      outcome = outcome();
    } catch (OutOfMemoryError e) {
      outcome = OUT_OF_MEMORY;
    }
    report(outcome);
  }

  private Outcome outcome() {
    StoredValue stored;
    try {
      try {
        stored = io.payload();
      } catch (UnreadableValueException e) {
        return new Outcome.Unreadable(errors.of(Code.PAYLOAD_UNREADABLE, e));
      }
      io.beforeBody();
    } catch (Throwable e) {
      io.thrown(e);
      return new Outcome.NotEntered(errors.of(e));
    }
    try {
      return stored.intact()
          ? decodeAndRun(stored)
          : new Outcome.Unreadable(
              RunError.of(
                  Code.PAYLOAD_UNREADABLE,
                  "the stored payload is damaged: its checksum is wrong; the bytes are kept"));
    } catch (Throwable e) {
      return failed(e);
    }
  }

  private Outcome decodeAndRun(StoredValue stored) {
    I payload;
    try {
      payload = decode(stored);
    } catch (Exception e) {
      return new Outcome.Unreadable(errors.of(Code.PAYLOAD_UNREADABLE, e));
    }
    O output;
    try {
      hooks.entering(payload, context);
      requireLoaded();
      output = task.body().run(payload, context);
    } catch (Throwable e) {
      boolean toldToEnd = scope.isInterrupted() || scope.isUnloaded();
      return toldToEnd ? failed(e) : failed(e, hooks.caught(payload, context, e));
    } finally {
      endForks();
    }
    return encode(output);
  }

  /** A hook may have waited, and been refused: what follows it is for the next entrance. */
  private void requireLoaded() {
    if (scope.isUnloaded()) {
      throw new StaleAttemptException("the run goes on without this body");
    }
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // the codec was asked for the task's payload type
  private I decode(StoredValue stored) throws Exception {
    return (I) codec.decode(stored.bytes(), task.inputType().type());
  }

  private void endForks() {
    if (scope.stopForking()) {
      io.bodyReturned();
      scope.endForks();
    }
  }

  private Outcome encode(O output) {
    byte[] encoded;
    try {
      encoded = codec.encode(output, task.outputType().type());
    } catch (OutOfMemoryError e) {
      return failed(e); // not the output's fault: another body may have taken the heap
    } catch (Throwable e) {
      return new Outcome.Failed(errors.of(Code.OUTPUT_NOT_STORABLE, e), false, null);
    }
    if (encoded.length > bounds.maxOutputBytes()) {
      return new Outcome.Failed(
          RunError.of(
              Code.OUTPUT_NOT_STORABLE,
              "the output has "
                  + encoded.length
                  + " bytes; the limit maxOutputBytes is "
                  + bounds.maxOutputBytes()),
          false,
          null);
    }
    try {
      return new Outcome.Returned(io.output(encoded));
    } catch (Throwable e) {
      return failed(e); // the store's fault, which another attempt may find mended
    }
  }

  private Outcome failed(Throwable thrown, ErrorDecision decision) {
    Throwable error = decision.error();
    Outcome.Failed failed = (Outcome.Failed) failed(error == null ? thrown : error);
    Duration delay = decision.retryDelay();
    return new Outcome.Failed(
        failed.error(),
        failed.retryable() && !decision.skipsRetrying(),
        delay == null ? failed.retryAfter() : delay);
  }

  private Outcome failed(Throwable thrown) {
    io.thrown(thrown);
    Duration retryAfter = thrown instanceof RetryAfterException after ? after.delay() : null;
    return new Outcome.Failed(
        errors.of(thrown), !(thrown instanceof AbortRunException), retryAfter);
  }

  /**
   * Reports even where the heap is exhausted: an attempt whose end nobody hears of would hold its
   * slot for ever.
   */
  private void report(Outcome outcome) {
    while (true) {
      try {
        io.ended(outcome);
        return;
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait();
      }
    }
  }
}
