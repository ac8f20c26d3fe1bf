package dev.pawl;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it was when it was read; only {@link #runs()} reads again. Counts are by index: a run
 * that stands at several counts at each. Where {@linkplain Retention retention} has deleted runs of
 * a batch that has others left, those are gone from the counts and from {@link #runs()}; the size
 * and the status do not change with that.
 */
public interface Batch {
  /** The batch. */
  String id();

  /** How far it has come. */
  BatchStatus status();

  /** How many items it has; a stream that is still pulled may add to them. */
  int size();

  /** How many of them have completed. */
  int succeeded();

  /** How many of them have ended otherwise. */
  int failed();

  /** The run that triggered it; null for a batch from outside of every run. */
  @Nullable String parentId();

  /** When it was triggered. */
  Instant createdAt();

  /** When it was completed or aborted; null while it is pending. */
  @Nullable Instant finishedAt();

  /** The key of the batch as it was given, or null. */
  @Nullable String idempotencyKey();

  /** Why its stream broke off; null where it did not. */
  @Nullable String abortReason();

  /** The run at each index, in the order of the call, read now. Of a long stream this is a lot. */
  List<RunHandle<?>> runs();
}
