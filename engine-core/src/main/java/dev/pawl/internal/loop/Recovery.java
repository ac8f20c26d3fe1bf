package dev.pawl.internal.loop;

import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
  private final OpenBatches openBatches;
  private final Map<RunStatus, Integer> found = new EnumMap<>(RunStatus.class);
  private final Map<String, Integer> unknownMachines = new TreeMap<>();

  Recovery(
      EngineState engine,
      RunStore store,
      Transitions transitions,
      Waits waits,
      Attempts attempts,
      OpenBatches openBatches) {
    this.openBatches = openBatches;
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
   * @return what was found
   */
  Recovered run(long now, Consumer<Turn> commit) {
    long began = System.nanoTime();
    engine.reported = null;
    for (QueueRow row : store.queues()) {
      engine.queueRows.put(row.name(), row);
      engine.queues.configure(row.name(), row.concurrencyLimit(), row.totalLimit(), row.paused());
    }
    List<Loaded> loaded = load(now, commit);
    Turn batches = new Turn(now);
    store.openBatches().forEach(row -> openBatches.recover(batches, row));
    if (batches.writesAnything()) {
      commit.accept(batches);
    }
    for (int from = 0; from < loaded.size(); from += PAGE) {
      Turn turn = new Turn(now);
      for (Loaded each : loaded.subList(from, Math.min(from + PAGE, loaded.size()))) {
        takeOver(turn, each);
      }
      commit.accept(turn);
    }
    Turn cycles = new Turn(now);
    waits.endCycles(cycles, loaded.stream().map(Loaded::run).toList());
    if (cycles.writesAnything()) {
      commit.accept(cycles);
    }
    report();
    engine.reported = new HashSet<>(engine.held.keySet());
    return new Recovered(
        Collections.unmodifiableMap(new EnumMap<>(found)),
        lacking(Recovery::task, run -> !engine.registered.contains(run.taskId)),
        lacking(Recovery::lane, run -> engine.registered.contains(run.taskId)),
        System.nanoTime() - began);
  }

  /**
   * Loads every live run, and takes over at once those whose rows tell everything, page by page, so
   * that what lies behind the windows of queues is never in memory all at once.
   *
   * @return the others, to be taken over when all are known
   */
  private List<Loaded> load(long now, Consumer<Turn> commit) {
    List<Loaded> loaded = new ArrayList<>();
    List<LiveRow> page = store.live(0, PAGE);
    while (!page.isEmpty()) {
      Supplier<List<LiveRow>> next = following(page);
      Turn turn = new Turn(now);
      List<LiveRun> whole = new ArrayList<>();
      for (LiveRow row : page) {
        LiveRun run = load(row);
        if (LiveRuns.mayBeShelved(run)) {
          takeOver(turn, new Loaded(row, run));
          whole.add(run);
        } else {
          loaded.add(new Loaded(row, run));
        }
      }
      if (turn.writesAnything()) {
        commit.accept(turn);
      }
      engine.live.settle(whole);
      page = next.get();
    }
    return loaded;
  }

  /** Reads the next page while this one is taken over, which changes none of its rows. */
  private Supplier<List<LiveRow>> following(List<LiveRow> page) {
    if (page.size() < PAGE) {
      return List::of;
    }
    long after = page.getLast().id();
    CompletableFuture<List<LiveRow>> read =
        CompletableFuture.supplyAsync(() -> store.live(after, PAGE), Thread::startVirtualThread);
    return () -> {
      try {
        return read.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof StoreException cause) {
          throw cause;
        }
        if (e.getCause() instanceof Error cause) {
          throw cause; // an exhausted heap, after which the recovery begins anew
        }
        throw e;
      }
    };
  }

  private LiveRun load(LiveRow row) {
    LiveRun run = new LiveRun(row, LiveRun.stateOf(row));
    run.stored = true;
    run.replays = row.attempt() > 0;
    run.mayHaveKeys = true;
    engine.live.add(run);
    LiveRun parent = engine.live.resident(run.parentId); // it has a lesser id, so it is there
    if (parent != null) {
      parent.adopt(run);
    }
    found.merge(row.status(), 1, Integer::sum);
    if (run.machine != null && !engine.machines.offers(run.machine)) {
      unknownMachines.merge(run.machine, 1, Integer::sum);
    }
    return run;
  }

  private void takeOver(Turn turn, Loaded loaded) {
    LiveRun run = loaded.run;
    if (run.state.status().isTerminal()) {
      return; // it was moved on already, as the child or parent of another
    }
    switch (run.state) {
      case RunState.Executing executing -> attempts.recover(turn, run);
      case RunState.Waiting waiting -> {
        engine.counts.update(run);
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
    if (!unknownMachines.isEmpty()) {
      log.warn(
          "runs ask for machines that the engine has no preset for: {}; each weighs as much as the"
              + " heaviest preset",
          unknownMachines);
    }
    if (!engine.held.isEmpty()) {
      reportHeld(
          "runs wait for tasks that are not registered: {}; they go on when the tasks are",
          lacking(Recovery::task, run -> !engine.registered.contains(run.taskId)));
      reportHeld(
          "runs wait for lanes that this engine does not have: {}; they go on in an engine that has"
              + " them",
          lacking(Recovery::lane, run -> engine.registered.contains(run.taskId)));
    }
  }

  private static String task(LiveRun run) {
    return run.taskId;
  }

  private static String lane(LiveRun run) {
    return String.valueOf(run.region);
  }

  private Map<String, Long> lacking(Function<LiveRun, String> what, Predicate<LiveRun> meant) {
    return engine.held.values().stream()
        .flatMap(Set::stream)
        .filter(meant)
        .collect(Collectors.groupingBy(what, TreeMap::new, Collectors.counting()));
  }

  private static void reportHeld(String words, Map<String, Long> lacking) {
    if (!lacking.isEmpty()) {
      log.warn(words, lacking);
    }
  }

  private record Loaded(LiveRow row, LiveRun run) {}
}
