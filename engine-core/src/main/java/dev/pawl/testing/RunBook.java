package dev.pawl.testing;

import dev.pawl.RunStatus;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of every run that has not ended, so that a commit can be read as what happens to
 * runs. For the engine's own thread, which alone commits.
 */
final class RunBook {
  private static final int PAGE = 1_000;
  private final Map<Long, LiveRow> live = new HashMap<>();

  /** The runs of a store that nobody writes to yet. */
  static RunBook of(RunStore store) {
    RunBook book = new RunBook();
    List<LiveRow> page = store.live(0, PAGE);
    while (!page.isEmpty()) {
      page.forEach(row -> book.live.put(row.id(), row));
      page = store.live(page.getLast().id(), PAGE);
    }
    return book;
  }

  /** The points that a commit passes, in their order. To be asked before it is {@link #applied}. */
  List<Moment> moments(Changes changes) {
    List<Moment> moments = new ArrayList<>();
    for (LiveRow row : changes.liveInserts()) {
      readLive(null, row, moments);
    }
    for (LiveRow row : changes.liveUpdates()) {
      readLive(live.get(row.id()), row, moments);
    }
    for (RunRow row : changes.runs()) {
      moments.add(ofRun(FaultPoint.RUN_STORED, row.id(), row.taskId()));
      if (row.parentId() != 0) {
        moments.add(ofRun(FaultPoint.CHILD_CREATED, row.id(), row.taskId()));
      }
    }
    for (AttemptRow row : changes.attempts()) {
      LiveRow before = live.get(row.runId());
      if (before != null) {
        moments.add(ofRun(FaultPoint.OUTCOME_BEFORE_COMMIT, before.id(), before.taskId()));
      }
    }
    for (ResultRow row : changes.results()) {
      readResult(live.get(row.id()), moments);
    }
    for (BatchItemRow row : changes.batchItems()) {
      moments.add(
          new Moment(
              FaultPoint.BATCH_ITEM_STORED,
              Set.of(Probe.idOf(row.runId()), Probe.idOfBatch(row.batchId()))));
    }
    for (List<BatchRow> rows : List.of(changes.batches(), changes.batchUpdates())) {
      for (BatchRow row : rows) {
        if (row.state() == BatchRow.State.SEALED) {
          moments.add(new Moment(FaultPoint.BATCH_SEALED, Set.of(Probe.idOfBatch(row.id()))));
        }
      }
    }
    for (BindingRow row : changes.bindings()) {
      moments.add(ofRun(FaultPoint.IDEMPOTENCY_KEY_CLAIMED, row.runId(), row.key().taskId()));
    }
    return moments;
  }

  private static void readLive(@Nullable LiveRow before, LiveRow row, List<Moment> moments) {
    RunStatus from = before == null ? null : before.status();
    if (row.debounceKey() != null && (before == null || before.debounceKey() == null)) {
      moments.add(ofRun(FaultPoint.DEBOUNCE_KEY_CLAIMED, row.id(), row.taskId()));
    }
    if (row.status() == RunStatus.WAITING
        && row.waits().size() > (before == null ? 0 : before.waits().size())) {
      moments.add(ofRun(FaultPoint.WAIT_REGISTERED, row.id(), row.taskId()));
    }
    if (row.status() == RunStatus.EXECUTING) {
      if (from == RunStatus.WAITING) {
        moments.add(ofRun(FaultPoint.PARENT_RESUMED, row.id(), row.taskId()));
      }
      if (before == null
          || row.attempt() != before.attempt()
          || row.incarnation() != before.incarnation()) {
        moments.add(ofRun(FaultPoint.DEQUEUED_BEFORE_START, row.id(), row.taskId()));
        moments.add(ofRun(FaultPoint.ATTEMPT_STARTED, row.id(), row.taskId()));
      }
    }
  }

  private static void readResult(@Nullable LiveRow before, List<Moment> moments) {
    if (before == null) {
      return; // stored and ended by one commit: no attempt of it ever ran
    }
    if (before.status() == RunStatus.EXECUTING) {
      moments.add(ofRun(FaultPoint.OUTCOME_BEFORE_COMMIT, before.id(), before.taskId()));
    }
    if (before.parentId() != 0) {
      moments.add(ofRun(FaultPoint.CHILD_COMPLETION_COMMITTED, before.id(), before.taskId()));
    }
  }

  private static Moment ofRun(FaultPoint point, long runId, String taskId) {
    return new Moment(point, Set.of(Probe.idOf(runId), taskId));
  }

  /** Takes over what a commit has stored, and returns what it did to each run, by id. */
  List<Transition> applied(Changes changes) {
    StoreState state = changes.state();
    long time = state == null ? 0 : state.lastTimeMicros();
    List<Transition> transitions = new ArrayList<>();
    for (LiveRow row : changes.liveInserts()) {
      live.put(row.id(), row);
      transitions.add(to(time, null, row));
    }
    for (LiveRow row : changes.liveUpdates()) {
      transitions.add(to(time, live.put(row.id(), row), row));
    }
    Map<Long, String> newTasks = new HashMap<>();
    changes.runs().forEach(row -> newTasks.put(row.id(), row.taskId()));
    for (ResultRow row : changes.results()) {
      LiveRow before = live.remove(row.id());
      transitions.add(
          new Transition(
              time,
              row.id(),
              before == null ? newTasks.getOrDefault(row.id(), "?") : before.taskId(),
              before == null ? null : before.status(),
              row.status(),
              row.attempt()));
    }
    transitions.sort(Comparator.comparingLong(Transition::runId));
    return transitions;
  }

  private static Transition to(long time, @Nullable LiveRow before, LiveRow row) {
    return new Transition(
        time,
        row.id(),
        row.taskId(),
        before == null ? null : before.status(),
        row.status(),
        row.attempt());
  }
}
