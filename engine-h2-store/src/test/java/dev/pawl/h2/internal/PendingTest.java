package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.internal.redo.RedoJournal;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.Micros;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Batches of what is pending, one after the other. */
class PendingTest {
  private static final int APPLY_BYTES = 10_000;

  private final Pending pending =
      new Pending(
          "pending",
          new RedoBounds(
              Duration.ofHours(1),
              APPLY_BYTES,
              1L << 40,
              1L << 40,
              RedoJournal.Settings.SEGMENT_BYTES,
              1L << 40,
              1_000),
          0);
  private long seq;

  private void add(ChangesBuilder changes, int bytes) {
    pending.add(++seq, changes.build(), bytes, Set.of());
  }

  private static LabelRow labels(String tag) {
    return new LabelRow(1, List.of(tag), "{}");
  }

  /** One transaction must not become larger than H2's memory, however far it is behind. */
  @Test
  void aBatchThatIsFullIsNotAddedTo() {
    for (int i = 0; i < 9; i++) {
      add(changes().create(Rows.run(i + 1)), APPLY_BYTES / 2);
    }
    for (long last = 2; last <= 8; last += 2) {
      PendingBatch batch = pending.take().orElseThrow();
      assertThat(batch.lastSeq()).isEqualTo(last);
      assertThat(pending.take()).as("until it is applied").contains(batch);
      pending.applied();
      assertThat(pending.appliedSeq()).isEqualTo(last);
    }
    pending.close();
    assertThat(pending.take().orElseThrow().lastSeq()).isEqualTo(9);
    pending.applied();
    assertThat(pending.take()).isEmpty();
  }

  /** A deletion is a few bytes of the journal, and much work. */
  @Test
  void deletionsFillABatchToo() {
    for (long id = 1; id <= 20; id++) {
      add(changes().deleteRun(id), 20);
    }
    assertThat(pending.take().orElseThrow().lastSeq()).isLessThan(10);
  }

  @Test
  void theNewestOfManyBatchesTellsHowARowIs() {
    add(changes().create(Rows.run(1)).labels(labels("first")), APPLY_BYTES);
    add(changes().labels(labels("second")), APPLY_BYTES);
    add(changes().end(Rows.ended(2, RunStatus.FAILED)), APPLY_BYTES);
    assertThat(pending.labels(1)).contains(labels("second"));
    assertThat(pending.run(1)).contains(Rows.run(1));
    assertThat(pending.firstEnd()).isEqualTo(Rows.ended(2, RunStatus.FAILED).finishedAtMicros());
    pending.take();
    assertThat(pending.run(1)).as("while it is applied").contains(Rows.run(1));
    pending.applied();
    assertThat(pending.run(1)).isEmpty();
    assertThat(pending.labels(1)).contains(labels("second"));
    pending.take();
    pending.applied();
    pending.take();
    pending.applied();
    assertThat(pending.labels(1)).isEmpty();
    assertThat(pending.firstEnd()).isEqualTo(Micros.NEVER);
  }
}
