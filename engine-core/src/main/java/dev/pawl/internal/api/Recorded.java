package dev.pawl.internal.api;

import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.wait.JournalEntry;
import dev.pawl.internal.wait.Replay;
import dev.pawl.spi.JournalRow;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replay of one attempt, for all its threads. */
final class Recorded {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private final ReentrantLock lock = new ReentrantLock();
  private final Attempt attempt;
  private Replay replay = new Replay(List.of());
  private JournalEntry.@Nullable Call firstMiss;

  Recorded(Attempt attempt) {
    this.attempt = attempt;
  }

  void replay(List<JournalRow> journal) {
    lock.lock();
    try {
      replay = new Replay(journal.stream().map(Recorded::entry).toList());
    } finally {
      lock.unlock();
    }
  }

  /** What the call did before; null where it is a new one. */
  @Nullable JournalEntry take(Caller caller) {
    lock.lock();
    try {
      JournalEntry entry = replay.take(call(caller));
      if (entry == null && firstMiss == null && replay.firstUnused() != null) {
        firstMiss = call(caller);
      }
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #take}, for a call that is not recorded each time. */
  @Nullable JournalEntry takeIfThere(Caller caller) {
    lock.lock();
    try {
      return replay.take(call(caller));
    } finally {
      lock.unlock();
    }
  }

  /** Warns where the body made a call that is not recorded, and left out one that is. */
  void warnIfUnused() {
    JournalEntry unused;
    JournalEntry.Call missed;
    lock.lock();
    try {
      unused = replay.firstUnused();
      missed = firstMiss;
    } finally {
      lock.unlock();
    }
    if (unused != null && missed != null) {
      log.warn(
          "run {} of task \"{}\" took another way when its body was run again: it called {}, where"
              + " its journal has {} (entry {}); what it called was done anew",
          Ids.run(attempt.runId()),
          attempt.taskId(),
          missed,
          unused.call(),
          unused.seq());
    }
  }

  private static JournalEntry.Call call(Caller caller) {
    return new JournalEntry.Call(caller.kind().name(), caller.taskId(), caller.match());
  }

  private static JournalEntry entry(JournalRow row) {
    return new JournalEntry(
        row.seq(),
        new JournalEntry.Call(row.kind().name(), row.taskId(), row.match()),
        row.targetId(),
        row.timedOut());
  }
}
