package dev.pawl.internal.loop;

import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.internal.admission.Admission;
import dev.pawl.internal.admission.Push;
import dev.pawl.internal.lifecycle.Decision;
import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes runs, and changes those that are debounced. */
final class Runs {
  private final EngineState engine;
  private final Transitions transitions;
  private final RunStore store;
  private final Labels labels;

  /**
   * Where a trigger comes from.
   *
   * @param parent the run that triggers, or null
   * @param awaited whether it waits for the run
   * @param batchId the batch that the run is made for, 0 for none
   * @param batchIndex its index there
   */
  record Origin(@Nullable LiveRun parent, boolean awaited, long batchId, int batchIndex) {}

  Runs(EngineState engine, Transitions transitions, RunStore store, Labels labels) {
    this.engine = engine;
    this.transitions = transitions;
    this.store = store;
    this.labels = labels;
  }

  /** Makes a run. */
  LiveRun create(Turn turn, long id, TriggerRequest request, Origin origin) {
    LiveRun parent = origin.parent();
    Admission admission =
        Admission.decide(
            due(turn, request),
            request.ttl(),
            origin.awaited() && parent != null ? parent.queueTime : Admission.NOT_INHERITED,
            turn.now);
    RunRow row = row(turn, id, request, admission, origin);
    LiveRun run =
        new LiveRun(live(row, admission, origin.awaited(), request.debounce()), admission.state());
    run.payload = row.payload();
    run.trace = row.trace();
    engine.live.add(run);
    if (parent != null) {
      parent.adopt(run);
    }
    engine.events.changed(turn, run, null, run.state.status(), 0);
    transitions.enter(turn, run);
    turn.create(row, run);
    return run;
  }

  /**
   * Pushes the delayed run that the request's debounce key is bound to.
   *
   * @return that run; null where a new one is to be made
   */
  @Nullable LiveRun push(Turn turn, TriggerRequest request) {
    TriggerRequest.Debouncing debounce = request.debounce();
    LiveRun run =
        debounce == null
            ? null
            : engine.debounced.get(new EngineState.DebounceKey(request.taskId(), debounce.key()));
    if (debounce == null || run == null || !(run.state instanceof RunState.Delayed delayed)) {
      return null;
    }
    return switch (Push.decide(
        delayed.dueAt(), run.createdAt, debounce.delay(), debounce.maxDelay(), turn.now)) {
      case Push.WindowClosed closed -> {
        engine.freeDebounce(run);
        turn.dirty(run);
        yield null;
      }
      case Push.To to -> {
        push(turn, run, to.dueAt());
        if (debounce.trailing()) {
          replace(turn, run, request, debounce);
        }
        yield run;
      }
    };
  }

  private void push(Turn turn, LiveRun run, long dueAt) {
    if (dueAt != run.timerAt()) {
      reschedule(turn, run, new RunState.Delayed(dueAt));
    }
  }

  void reschedule(Turn turn, Command.Reschedule command) {
    LiveRun run = engine.live.find(command.runId());
    if (run == null) {
      turn.answer(command.reply(), false);
      return;
    }
    long dueAt = command.until() == Micros.NONE ? turn.now + command.delay() : command.until();
    switch (transitions.decide(turn, run, new RunCommand.Reschedule(dueAt))) {
      case Decision.To to -> {
        reschedule(turn, run, (RunState.Delayed) to.next());
        turn.answer(command.reply(), true);
      }
      case Decision.Refused refused -> {
        String reason =
            "run "
                + Ids.run(run.id())
                + " of task \""
                + run.taskId
                + "\" is "
                + run.state.status()
                + "; "
                + refused.why();
        turn.refuse(
            command.reply(),
            run.state instanceof RunState.Delayed
                ? new InvalidOptionException(reason)
                : new IllegalRunStateException(reason));
      }
    }
  }

  /**
   * Moves a delayed run to another due time, which decides its place in the queue too, unless it
   * has the place of a parent that waits for it.
   */
  void reschedule(Turn turn, LiveRun run, RunState.Delayed to) {
    transitions.move(turn, run, to);
    LiveRun parent = run.awaited ? engine.live.resident(run.parentId) : null;
    run.queueTime = parent == null ? to.dueAt() : parent.queueTime;
  }

  /** Gives a debounced run this trigger's payload, and the options that go with it. */
  private void replace(
      Turn turn, LiveRun run, TriggerRequest request, TriggerRequest.Debouncing debounce) {
    RunRow pending = turn.runRow(run.id());
    RunRow old =
        pending == null
            ? store
                .runRow(run.id())
                .orElseThrow(() -> new IllegalStateException("broken invariant: no row of " + run))
            : pending;
    TriggerRequest.Given given = debounce.given();
    if (given.maxAttempts()) {
      run.maxAttempts = request.maxAttempts();
    }
    if (given.maxDuration()) {
      run.maxDuration = request.maxDuration();
    }
    if (given.machine()) {
      run.machine = request.machine();
    }
    turn.dirty(run);
    labels.replaced(turn, run.id(), given.tags() ? request.tags() : null, request.metadata());
    turn.update(
        new RunRow(
            old.id(),
            old.taskId(),
            request.payload(),
            old.createdAtMicros(),
            old.delayUntilMicros(),
            old.ttlMicros(),
            run.maxAttempts,
            old.priorityMicros(),
            old.queue(),
            old.concurrencyKey(),
            given.tags() ? request.tags() : old.tags(),
            request.metadata() == null ? old.metadata() : request.metadata(),
            old.parentId(),
            old.rootId(),
            old.depth(),
            old.batchId(),
            old.batchIndex(),
            old.replayOf(),
            old.idempotencyKey(),
            old.idempotencyScope(),
            run.maxDuration,
            run.machine,
            old.region(),
            old.trace()));
  }

  /** When a run is due that this trigger makes; at once where that is not in the future. */
  static long due(Turn turn, TriggerRequest request) {
    if (request.delayUntil() != Micros.NONE) {
      return request.delayUntil();
    }
    return turn.now + request.delay();
  }

  private static RunRow row(
      Turn turn, long id, TriggerRequest request, Admission admission, Origin origin) {
    LiveRun parent = origin.parent();
    TriggerRequest.Key key = request.key();
    return new RunRow(
        id,
        request.taskId(),
        request.payload(),
        turn.now,
        admission.state() instanceof RunState.Delayed ? admission.dueAt() : Micros.NONE,
        request.ttl(),
        request.maxAttempts(),
        request.priority(),
        request.queue().name(),
        request.concurrencyKey(),
        request.tags(),
        request.metadata(),
        parent == null ? 0 : parent.id(),
        parent == null ? id : parent.rootId,
        parent == null ? 0 : parent.depth + 1,
        origin.batchId(),
        origin.batchIndex(),
        request.replayOf(),
        key == null ? null : key.text(),
        key == null ? null : key.scope(),
        request.maxDuration(),
        request.machine(),
        request.region(),
        request.trace());
  }

  private static LiveRow live(
      RunRow run,
      Admission admission,
      boolean awaited,
      TriggerRequest.@Nullable Debouncing debounce) {
    return new LiveRow(
        run.id(),
        admission.state().status(),
        run.taskId(),
        run.queue(),
        run.concurrencyKey(),
        run.priorityMicros(),
        admission.queueTime(),
        Micros.NONE,
        Micros.NONE,
        run.ttlMicros(),
        Micros.NONE,
        0,
        0,
        false,
        run.maxAttempts(),
        Micros.NONE,
        Micros.NONE,
        0,
        0,
        run.parentId(),
        run.rootId(),
        run.depth(),
        run.createdAtMicros(),
        debounce == null ? null : debounce.key(),
        awaited,
        run.maxDurationMicros(),
        0,
        run.machine(),
        run.region(),
        List.of());
  }
}
