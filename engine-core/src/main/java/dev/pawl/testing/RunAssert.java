package dev.pawl.testing;

import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunStatus;
import dev.pawl.internal.api.Probe;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a run; made by {@link PawlAssertions#assertThat(Run)}. Each {@code is…} means
 * the one status of that name: unlike {@link Run#isCompleted()} and {@link Run#isFailed()}, which
 * ask for any end and any bad end. A failed assertion shows what is known of the run.
 */
public final class RunAssert extends AbstractAssert<RunAssert, Run<?>> {
  private static final int SHOWN_STACK_LINES = 6;

  RunAssert(Run<?> actual) {
    super(actual, RunAssert.class);
  }

  /** Its body returned: {@code COMPLETED}. */
  public RunAssert isCompleted() {
    return hasStatus(RunStatus.COMPLETED);
  }

  /** Its attempts are used up, or it was aborted: {@code FAILED}. */
  public RunAssert isFailed() {
    return hasStatus(RunStatus.FAILED);
  }

  /** It was cancelled. */
  public RunAssert isCanceled() {
    return hasStatus(RunStatus.CANCELED);
  }

  /** Its time to live passed before its first start. */
  public RunAssert isExpired() {
    return hasStatus(RunStatus.EXPIRED);
  }

  /** It is due later. */
  public RunAssert isDelayed() {
    return hasStatus(RunStatus.DELAYED);
  }

  /** It stands in a queue: {@code QUEUED}. */
  public RunAssert isQueued() {
    return hasStatus(RunStatus.QUEUED);
  }

  /** A body of it is running. */
  public RunAssert isExecuting() {
    return hasStatus(RunStatus.EXECUTING);
  }

  /** It is parked in a wait. */
  public RunAssert isWaiting() {
    return hasStatus(RunStatus.WAITING);
  }

  /** It backs off between two attempts. */
  public RunAssert isRetrying() {
    return hasStatus(RunStatus.RETRYING);
  }

  /** It stands as given. */
  public RunAssert hasStatus(RunStatus status) {
    isNotNull();
    return require(actual.status() == status, "to be " + status);
  }

  /** It has completed, with an output that equals this one; arrays are compared by content. */
  public RunAssert hasOutput(@Nullable Object output) {
    isNotNull();
    Object present = actual.output();
    return require(
        actual.status() == RunStatus.COMPLETED && Objects.deepEquals(present, output),
        "to have the output <" + output + ">, but it is <" + present + ">");
  }

  /** It has ended by an error of this kind. */
  public RunAssert hasError(RunError.Code code) {
    isNotNull();
    RunError error = actual.error();
    return require(error != null && error.code() == code, "to have an error " + code);
  }

  /** It has ended by an error with this text in its message. */
  public RunAssert hasErrorMessageContaining(String text) {
    isNotNull();
    RunError error = actual.error();
    return require(
        error != null && error.message().contains(text),
        "to have an error whose message contains \"" + text + "\"");
  }

  /** That many attempts were started. */
  public RunAssert hasAttempts(int count) {
    isNotNull();
    return require(actual.attemptCount() == count, "to have started " + count + " attempts");
  }

  /** It is, or was, to be enqueued at this instant at first. */
  public RunAssert isDelayedUntil(Instant until) {
    isNotNull();
    return require(
        until.equals(actual.delayedUntil()),
        "to be delayed until " + until + ", but it is until " + actual.delayedUntil());
  }

  /** It has all these tags, in any order, and perhaps others. */
  public RunAssert hasTags(String... tags) {
    isNotNull();
    return require(
        actual.tags().containsAll(List.of(tags)),
        "to have the tags " + List.of(tags) + ", but it has " + actual.tags());
  }

  /** Its metadata has this entry, and perhaps others. */
  public RunAssert hasMetadataEntry(String key, Object value) {
    isNotNull();
    return require(
        value.equals(actual.metadata().get(key)),
        "to have the metadata " + key + "=" + value + ", but it has " + actual.metadata());
  }

  private RunAssert require(boolean holds, String expectation) {
    if (!holds) {
      throw failure("%s", "\nExpected run\n  " + describe() + "\n" + expectation + explanation());
    }
    return this;
  }

  /** What the engine says of the run by now, which may be more than was read. */
  private String explanation() {
    String words = Probe.explanation(actual);
    return words.isEmpty() ? "" : "\nThe engine explains:" + words;
  }

  private String describe() {
    RunError error = actual.error();
    return actual.id()
        + " of task \""
        + actual.taskId()
        + "\" is "
        + actual.status()
        + " after "
        + actual.attemptCount()
        + " of "
        + actual.maxAttempts()
        + " attempts"
        + (error == null
            ? ""
            : "\n  error "
                + error.code()
                + ": "
                + error.summary()
                + error
                    .stackTrace()
                    .lines()
                    .skip(1)
                    .limit(SHOWN_STACK_LINES)
                    .map(line -> "\n    " + line.strip())
                    .collect(Collectors.joining()));
  }
}
