package dev.pawl.internal.api;

import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.wait.JournalEntry;
import dev.pawl.internal.wait.Replay;
import dev.pawl.spi.JournalRow;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replay of one attempt, for all its threads. */
final class Recorded {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  /** Of a body that is entered for the first time: nothing is ever taken from it. */
  private static final Replay NOTHING = new Replay(List.of());

  private final ReentrantLock lock = new ReentrantLock();
  private final Attempt attempt;
  private Map<Integer, JournalRow> rows = Map.of();
  private Replay replay = NOTHING;

  /** Apart, since what a body notes down often tells the time: another value is no other way. */
  private Replay labels = NOTHING;

  private JournalEntry.@Nullable Call firstMiss;

  Recorded(Attempt attempt) {
    this.attempt = attempt;
  }

  void replay(List<JournalRow> journal) {
    lock.lock();
    try {
      rows = journal.stream().collect(Collectors.toMap(JournalRow::seq, Function.identity()));
      replay = new Replay(entries(journal, false));
      labels = new Replay(entries(journal, true));
    } finally {
      lock.unlock();
    }
  }

  /** What the call did before; null where it is a new one. */
  @Nullable JournalRow take(Caller caller) {
    lock.lock();
    try {
      JournalEntry entry = replay.take(call(caller));
      if (entry == null && firstMiss == null && replay.firstUnused() != null) {
        firstMiss = call(caller);
      }
      return row(entry);
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #take}, for a call that is not recorded each time. */
  @Nullable JournalRow takeIfThere(Caller caller) {
    lock.lock();
    try {
      return row(replay.take(call(caller)));
    } finally {
      lock.unlock();
    }
  }

  /** Whether a change of metadata was made before. */
  boolean takeLabels(Caller caller) {
    lock.lock();
    try {
      return labels.take(call(caller)) != null;
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

  private @Nullable JournalRow row(@Nullable JournalEntry entry) {
    return entry == null ? null : rows.get(entry.seq());
  }

  private static List<JournalEntry> entries(List<JournalRow> journal, boolean ofLabels) {
    return journal.stream()
        .filter(row -> (row.kind() == JournalRow.Kind.METADATA) == ofLabels)
        .map(Recorded::entry)
        .toList();
  }

  private static JournalEntry.Call call(Caller caller) {
    return new JournalEntry.Call(caller.kind().name(), caller.taskId(), caller.match());
  }

  private static JournalEntry entry(JournalRow row) {
    return new JournalEntry(
        row.seq(), new JournalEntry.Call(row.kind().name(), row.taskId(), row.match()));
  }
}
