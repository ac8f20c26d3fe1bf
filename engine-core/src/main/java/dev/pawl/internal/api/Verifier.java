package dev.pawl.internal.api;

import dev.pawl.PawlException;
import dev.pawl.Task;
import dev.pawl.UnreadableValueException;
import dev.pawl.Verification;
import dev.pawl.Verification.Kind;
import dev.pawl.Verification.Problem;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredRun;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at each run of a store that has not ended, as an engine with these tasks would find it.
 * Keeps one page of runs and one payload in memory at a time.
 */
final class Verifier {
  private static final int PAGE = 500;

  private final RunStore store;
  private final Registry registry;
  private final Set<String> lanes;
  private final Values values;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final List<Problem> problems = new ArrayList<>();
  private long runs;

  Verifier(RunStore store, Registry registry, Set<String> lanes, Values values) {
    this.store = store;
    this.registry = registry;
    this.lanes = lanes;
    this.values = values;
  }

  Verification verify() {
    long after = 0;
    List<LiveRow> page;
    do {
      page = store.live(after, PAGE);
      for (LiveRow row : page) {
        runs++;
        look(row);
        after = row.id();
      }
    } while (page.size() == PAGE);
    return new Verification(runs, counts, problems);
  }

  private void look(LiveRow row) {
    Task<?, ?> task = registry.find(row.taskId());
    if (task == null) {
      found(Kind.UNKNOWN_TASK, row, "no task \"" + row.taskId() + "\" is registered");
      return;
    }
    String lane = row.region();
    if (lane != null && !lanes.contains(lane)) {
      found(Kind.UNKNOWN_LANE, row, "there is no lane \"" + lane + "\"");
    }
    try {
      Optional<StoredRun> run = store.run(row.id());
      if (run.isPresent()) {
        values.decode("the payload", run.get().run().payload(), task.inputType());
      }
    } catch (UnreadableValueException e) {
      found(Kind.UNREADABLE_PAYLOAD, row, String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      throw e;
    } catch (PawlException e) {
      found(Kind.UNREADABLE_PAYLOAD, row, e.toString());
    }
  }

  private void found(Kind kind, LiveRow row, String message) {
    counts.merge(kind, 1L, Long::sum);
    if (problems.size() < Verification.MOST_PROBLEMS) {
      problems.add(new Problem(kind, Ids.run(row.id()), row.taskId(), row.status(), message));
    }
  }
}
