package dev.pawl.internal.loop;

import dev.pawl.internal.queue.IndexedHeap;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.WaitRow;
import org.jspecify.annotations.Nullable;

/** Somebody who is told when a run ends. */
sealed interface Waiter {

  /** Whether there is still somebody to be told. */
  boolean isOpen();

  /** A wait of a run, for a run or a batch. */
  final class OpenWait implements Waiter, Timed {
    final LiveRun parent;
    final WaitRow row;

    /**
     * Its entry in the journal, which tells of a deadline that passed; null where there is none.
     */
    final @Nullable JournalRow entry;

    /** The attempt whose thread waits; null where its process died, or its body was unloaded. */
    @Nullable Attempt attempt;

    /** Whether that thread belongs to the run, so that its waiting frees the slot. */
    final boolean counted;

    @Nullable Reply<WaitEnd> reply;

    /** How it ended; null while it lasts. */
    @Nullable WaitEnd end;

    /** Whether nobody waits any more, because the attempt is over or is entered anew. */
    boolean abandoned;

    /** What counts the runs of its batch, where it waits for one. */
    @Nullable BatchCountdown countdown;

    private int timerPlace = IndexedHeap.NOWHERE;

    OpenWait(
        LiveRun parent,
        WaitRow row,
        @Nullable JournalRow entry,
        @Nullable Attempt attempt,
        boolean counted,
        @Nullable Reply<WaitEnd> reply) {
      this.parent = parent;
      this.row = row;
      this.entry = entry;
      this.attempt = attempt;
      this.counted = counted;
      this.reply = reply;
    }

    @Override
    public boolean isOpen() {
      return end == null && !abandoned;
    }

    boolean hasDeadline() {
      return row.deadlineMicros() != Micros.NEVER;
    }

    @Override
    public long timerAt() {
      return row.deadlineMicros();
    }

    @Override
    public long timerTie() {
      return parent.id();
    }

    @Override
    public int timerPlace() {
      return timerPlace;
    }

    @Override
    public void timerPlace(int place) {
      timerPlace = place;
    }
  }

  /** Counts the runs of a batch that have not ended, for the wait of a run. */
  final class BatchCountdown implements Waiter {
    final LiveRun parent;
    int remaining;

    /** The wait; null while the batch lacks items, and its run does not wait yet. */
    @Nullable OpenWait wait;

    /** Whether there will be no wait, because the batch was aborted. */
    boolean abandoned;

    BatchCountdown(LiveRun parent) {
      this.parent = parent;
    }

    /** Whether the run waits, or is going to. */
    @Override
    public boolean isOpen() {
      return wait == null ? !abandoned : wait.isOpen();
    }
  }

  /** Somebody outside of every run. */
  final class Observer implements Waiter, Timed {
    final long targetId;
    final long deadlineMicros;
    final Reply<WaitEnd> reply;
    private final long tie;
    private int timerPlace = IndexedHeap.NOWHERE;

    Observer(long targetId, long deadlineMicros, Reply<WaitEnd> reply, long tie) {
      this.targetId = targetId;
      this.deadlineMicros = deadlineMicros;
      this.reply = reply;
      this.tie = tie;
    }

    /** Always: it is taken out where its time is up or it is forgotten. */
    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public long timerAt() {
      return deadlineMicros;
    }

    @Override
    public long timerTie() {
      return tie;
    }

    @Override
    public int timerPlace() {
      return timerPlace;
    }

    @Override
    public void timerPlace(int place) {
      timerPlace = place;
    }
  }
}
