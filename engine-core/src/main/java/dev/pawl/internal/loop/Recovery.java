package dev.pawl.internal.loop;

import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunStore;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what a former engine left in the store: loads every live run, links parents and
 * children, takes up waits, and moves on what was executing when its process died.
 *
 * <p>Opening the store proves that the former owner is gone, so nothing has to be waited for. Each
 * step is a commit of its own and leaves a state that the next opening takes over in the same way.
 */
final class Recovery {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final int PAGE = 10_000;

  private final EngineState engine;
  private final RunStore store;
  private final Transitions transitions;
  private final Waits waits;
  private final Attempts attempts;
  private final Map<RunStatus, Integer> found = new EnumMap<>(RunStatus.class);

  Recovery(
      EngineState engine, RunStore store, Transitions transitions, Waits waits, Attempts attempts) {
    this.engine = engine;
    this.store = store;
    this.transitions = transitions;
    this.waits = waits;
    this.attempts = attempts;
  }

  /**
   * Recovers.
   *
   * @param now the engine's time
   * @param commit writes a turn
   */
  void run(long now, Consumer<Turn> commit) {
    for (QueueRow row : store.queues()) {
      engine.queueRows.put(row.name(), row);
      engine.queues.configure(row.name(), row.concurrencyLimit(), row.totalLimit(), row.paused());
    }
    List<Loaded> loaded = load();
    loaded.forEach(this::link);
    for (int from = 0; from < loaded.size(); from += PAGE) {
      Turn turn = new Turn(now);
      for (Loaded each : loaded.subList(from, Math.min(from + PAGE, loaded.size()))) {
        takeOver(turn, each);
      }
      commit.accept(turn);
    }
    report();
  }

  private List<Loaded> load() {
    List<Loaded> loaded = new ArrayList<>();
    long after = 0;
    List<LiveRow> page;
    do {
      page = store.live(after, PAGE);
      for (LiveRow row : page) {
        LiveRun run = new LiveRun(row, LiveRun.stateOf(row));
        run.stored = true;
        run.replays = row.attempt() > 0;
        engine.live.put(run.id(), run);
        loaded.add(new Loaded(row, run));
        found.merge(row.status(), 1, Integer::sum);
        after = row.id();
      }
    } while (page.size() == PAGE);
    return loaded;
  }

  private void link(Loaded loaded) {
    if (loaded.run.state instanceof RunState.Delayed) {
      engine.bindDebounce(loaded.run);
    }
    LiveRun parent = engine.live.get(loaded.run.parentId);
    if (parent != null) {
      parent.adopt(loaded.run);
    }
  }

  private void takeOver(Turn turn, Loaded loaded) {
    LiveRun run = loaded.run;
    if (run.state.status().isTerminal()) {
      return; // it was moved on already, as the child or parent of another
    }
    switch (run.state) {
      case RunState.Executing executing -> attempts.recover(turn, run);
      case RunState.Waiting waiting -> {
        for (var wait : loaded.row.waits()) {
          waits.restore(turn, run, wait);
        }
        if (loaded.row.waits().isEmpty()) {
          log.error(
              "run {} of task \"{}\" is WAITING for nothing; it is run again to find out",
              Ids.run(run.id()),
              run.taskId);
          transitions.move(turn, run, new dev.pawl.internal.lifecycle.RunCommand.Wake());
        }
      }
      default -> transitions.enter(turn, run);
    }
    if (run.state.status() != loaded.row.status() && !run.state.status().isTerminal()) {
      turn.dirty(run);
    }
  }

  private void report() {
    if (!found.isEmpty()) {
      log.info("recovered {} live runs: {}", engine.live.size(), found);
    }
    if (!engine.held.isEmpty()) {
      log.warn(
          "runs wait for tasks that are not registered: {}; they go on when the tasks are",
          engine.held.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, held -> held.getValue().size())));
    }
  }

  private record Loaded(LiveRow row, LiveRun run) {}
}
