package dev.pawl.h2.internal;

import dev.pawl.RunError;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What fits into the columns. The database would refuse what does not, but where it gets changes
 * long after they were acknowledged that is too late.
 */
final class Widths {
  private static final int NAME = 1_000;
  private static final int TEXT = 1_000_000;
  private static final int SCOPE = 30;

  /** The most that H2 takes for a value of bytes. */
  private static final int BYTES = 1_000_000_000;

  private Widths() {}

  /**
   * Checks every value whose size can differ.
   *
   * @throws IllegalStateException naming one that does not fit
   */
  static void require(Changes changes) {
    changes.runs().forEach(Widths::require);
    changes.runUpdates().forEach(Widths::require);
    changes.liveInserts().forEach(Widths::require);
    changes.liveUpdates().forEach(Widths::require);
    for (ResultRow row : changes.results()) {
      requireValue(row.output(), "output of run", row.id());
      requireError(row.error(), row.id());
    }
    for (AttemptRow row : changes.attempts()) {
      requireError(row.error(), row.runId());
    }
    for (JournalRow row : changes.journal()) {
      require(row.taskId(), NAME, "task of a call of run", row.runId());
    }
    for (BindingRow row : changes.bindings()) {
      require(row.key().taskId(), NAME, "task of a key of run", row.runId());
    }
    for (List<BatchRow> rows : List.of(changes.batches(), changes.batchUpdates())) {
      for (BatchRow row : rows) {
        require(row.idempotencyKey(), TEXT, "idempotency key of batch", row.id());
        require(row.abortReason(), TEXT, "reason of batch", row.id());
      }
    }
    for (BatchItemRow row : changes.batchItems()) {
      require(row.taskId(), NAME, "task of an item of batch", row.batchId());
    }
    for (LabelRow row : changes.labels()) {
      requireTexts(row.tags(), row.runId());
      require(row.metadata(), TEXT, "metadata of run", row.runId());
    }
    for (QueueRow row : changes.queues()) {
      require(row.name(), NAME, "name of a queue", row.name().length());
    }
  }

  private static void require(RunRow row) {
    long id = row.id();
    require(row.taskId(), NAME, "task of run", id);
    requireValue(row.payload(), "payload of run", id);
    require(row.queue(), NAME, "queue of run", id);
    require(row.concurrencyKey(), TEXT, "concurrency key of run", id);
    requireTexts(row.tags(), id);
    require(row.metadata(), TEXT, "metadata of run", id);
    require(row.idempotencyKey(), TEXT, "idempotency key of run", id);
    require(row.idempotencyScope(), SCOPE, "idempotency scope of run", id);
    require(row.machine(), NAME, "machine of run", id);
    require(row.region(), NAME, "region of run", id);
    require(row.trace(), TEXT, "trace of run", id);
  }

  private static void require(LiveRow row) {
    long id = row.id();
    require(row.taskId(), NAME, "task of run", id);
    require(row.queue(), NAME, "queue of run", id);
    require(row.concurrencyKey(), TEXT, "concurrency key of run", id);
    require(row.debounceKey(), TEXT, "debounce key of run", id);
    require(row.machine(), NAME, "machine of run", id);
    require(row.region(), NAME, "region of run", id);
    requireSize((long) row.waits().size() * WaitCodec.SIZE, BYTES, "waits of run", id);
  }

  private static void requireTexts(List<String> tags, long id) {
    requireSize(tags.size(), Short.MAX_VALUE, "number of tags of run", id);
    for (String tag : tags) {
      require(tag, TEXT, "tag of run", id);
    }
  }

  private static void requireError(@Nullable RunError error, long id) {
    if (error != null) {
      requireSize(ErrorCodec.size(error), BYTES, "error of run", id);
    }
  }

  private static void requireValue(@Nullable StoredValue value, String what, long id) {
    if (value != null && !value.isLarge()) {
      requireSize(value.size(), BYTES, what, id);
    }
  }

  private static void require(@Nullable String text, int most, String what, long id) {
    if (text != null) {
      requireSize(text.length(), most, what, id);
    }
  }

  private static void requireSize(long size, int most, String what, long id) {
    if (size > most) {
      throw new IllegalStateException(
          "the changes cannot be stored: the "
              + what
              + " "
              + id
              + " has a size of "
              + size
              + ", of which "
              + most
              + " fit");
    }
  }
}
