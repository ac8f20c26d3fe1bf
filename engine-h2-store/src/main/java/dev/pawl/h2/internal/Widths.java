package dev.pawl.h2.internal;

import dev.pawl.RunError;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What fits into the columns. The database would refuse what does not, but where it gets changes
 * long after they were acknowledged that is too late.
 */
final class Widths {
  private static final int NAME = 1_000;
  private static final int TEXT = 1_000_000;

  /** The most that H2 takes for a value of bytes. */
  private static final int BYTES = 1_000_000_000;

  private Widths() {}

  /**
   * Checks every value whose size can differ.
   *
   * @throws IllegalStateException naming one that does not fit
   */
  static void require(Changes changes) {
    // Of a run only its task has a column; the rest is one value, of which a sink bounds the size.
    for (List<RunRow> rows : List.of(changes.runs(), changes.runUpdates())) {
      for (RunRow row : rows) {
        require(row.taskId(), NAME, "task of run", row.id());
      }
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
    for (LabelRow row : changes.labels()) {
      requireTexts(row.tags(), row.runId());
      require(row.metadata(), TEXT, "metadata of run", row.runId());
    }
    for (QueueRow row : changes.queues()) {
      require(row.name(), NAME, "name of a queue", row.name().length());
    }
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
