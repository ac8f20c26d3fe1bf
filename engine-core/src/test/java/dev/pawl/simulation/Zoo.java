package dev.pawl.simulation;

import java.util.List;
import java.util.stream.Stream;

/**
 * Bugs that the simulation must find: those that engines of this kind have had, and more. Those
 * that this engine has had are {@link PastBugs}.
 */
@SuppressWarnings("StringConcatToTextBlock") // pieces of lines, whose indentation counts
final class Zoo {
  private Zoo() {}

  /** All of them that are not past. */
  private static final List<Bug> INVENTED =
      List.of(
          new Bug(
              "answers before the commit",
              "loop/Turn",
              "    phase = Phase.COMMITTING;\n",
              "    phase = Phase.COMMITTING;\n    giveAnswers();\n"),
          new Bug(
              "effects before the commit",
              "loop/Turn",
              "    phase = Phase.COMMITTING;\n",
              """
                  phase = Phase.COMMITTING;
                  List.copyOf(effects).forEach(Runnable::run);
                  effects.clear();
              """),
          new Bug(
              "a failed commit is not tried again",
              "loop/Commits",
              "            store.commit(changes);\n            return true;",
              "            return true;"),
          new Bug(
              "a parent is not woken by its child",
              "loop/Finisher",
              "case Waiter.OpenWait wait -> waits.over(turn, wait, new WaitEnd.Finished(result));",
              "case Waiter.OpenWait wait -> {}"),
          new Bug(
              "a batch does not count its ends",
              "loop/Finisher",
              "        countdown.remaining--;\n",
              "        countdown.remaining -= countdown.remaining > 1 ? 1 : 0;\n"),
          new Bug(
              "a batch is over one end too early",
              "loop/Finisher",
              "if (countdown.remaining == 0 && wait != null) {",
              "if (countdown.remaining <= 1 && wait != null) {"),
          new Bug(
              "a wake-up is lost at the reopening",
              "loop/Waits",
              "    } else if (!attach(wait)) {",
              "    } else if (!attach(wait) && parent.waits.isEmpty()) {"),
          new Bug(
              "a wait's time is never up",
              "loop/Waits",
              "    wait.parent.waits.add(wait);\n    if (wait.hasDeadline()) {",
              "    wait.parent.waits.add(wait);\n    if (wait.hasDeadline() && !wait.counted) {"),
          new Bug(
              "a wait that timed out is not recorded",
              "loop/Waits",
              "      turn.journal(timedOut(entry));",
              ""),
          new Bug(
              "a wait keeps the slot",
              "loop/Transitions",
              "    if (!next.holdsSlot()) {",
              "    if (!next.holdsSlot() && !(next instanceof RunState.Waiting)) {"),
          new Bug(
              "a cancelled body never gives its slot back",
              "loop/Transitions",
              "  void bodyGone(LiveRun run) {\n    engine.queues.release(run);",
              "  void bodyGone(LiveRun run) {"),
          new Bug(
              "a cancel gives the slot back while the body runs",
              "loop/Finisher",
              "boolean bodyStillRuns = run.state.holdsSlot() && endedByOthers;",
              "boolean bodyStillRuns = false;"),
          new Bug(
              "a run parks while one of its threads runs",
              "loop/Waits",
              "if (attempt.parked == attempt.threads && run.state",
              "if (attempt.parked > 0 && run.state"),
          new Bug(
              "counters are not decremented at the end",
              "loop/Transitions",
              "    engine.counts.update(run);\n    turn.dirty(run);\n  }\n\n  /** The body of",
              "    turn.dirty(run);\n  }\n\n  /** The body of"),
          new Bug(
              "a key is freed by a success",
              "loop/Bindings",
              "status != RunStatus.COMPLETED && status",
              "status"),
          new Bug(
              "a key is never freed by a failure",
              "loop/Bindings",
              "if (run.mayHaveKeys &&",
              "if (status == RunStatus.EXPIRED && run.mayHaveKeys &&"),
          new Bug(
              "a key never expires",
              "loop/Bindings",
              "return row == null || row.expiresAtMicros() <= turn.now ? null : row;",
              "return row;"),
          new Bug(
              "two triggers of one turn do not see each other's key",
              "loop/Bindings",
              "    uncommitted.put(key, binding);\n    cache.put(key, binding);",
              "    uncommitted.put(key, binding);"),
          new Bug(
              "a time to live has no timer",
              "loop/LiveRun",
              "case RunState.Queued queued -> queued.expiresAt();",
              "case RunState.Queued queued -> Micros.NEVER;"),
          new Bug(
              "a time to live counts from the due time",
              "lifecycle/Lifecycle",
              "deadline(command.ttl(), now)",
              "deadline(command.ttl(), delayed.dueAt())"),
          new Bug(
              "a time to live is forgotten by a recovery",
              "loop/LiveRun",
              "long expiresAt = row.expiresAtMicros() == Micros.NONE ? RunState.NEVER : row.expiresAtMicros();",
              "long expiresAt = RunState.NEVER;"),
          new Bug(
              "a time to live is armed again by a retry",
              "lifecycle/Lifecycle",
              "return new To(new Queued(retrying.progress(), false, RunState.NEVER));",
              "return new To(new Queued(retrying.progress(), false, deadline(command.ttl(), now)));"),
          new Bug(
              "priority is ignored",
              "loop/LiveRun",
              "return queueTime - priority;",
              "return queueTime;"),
          new Bug(
              "priority is upside down",
              "loop/LiveRun",
              "return queueTime - priority;",
              "return queueTime + priority;"),
          new Bug(
              "a resumed run goes to the end of its queue",
              "loop/Transitions",
              "        run.weight = engine",
              "        run.queueTime = turn.now;\n        run.weight = engine"),
          new Bug(
              "the place in the queue is forgotten by a recovery",
              "loop/LiveRun",
              "this.queueTime = row.queueTimeMicros();",
              "this.queueTime = row.createdAtMicros();"),
          new Bug(
              "a sub-queue does not lose its turn",
              "queue/Ring",
              "      head = place.next;\n    } else if",
              "      head = place;\n    } else if"),
          new Bug(
              "a concurrency limit is off by one",
              "queue/SubQueue",
              "executing < queue.concurrencyLimit",
              "executing <= queue.concurrencyLimit"),
          new Bug(
              "a total limit is ignored",
              "queue/QueueState",
              "return !paused && executing < totalLimit && !startable.isEmpty();",
              "return !paused && !startable.isEmpty();"),
          new Bug(
              "the engine's limit is off by one",
              "queue/Queues",
              "if (paused || executing >= maxConcurrency) {",
              "if (paused || executing > maxConcurrency) {"),
          new Bug(
              "the capacity is ignored",
              "queue/Queues",
              "if (first == null || first.weight() <= capacity - weight) {",
              "if (first == null || weight <= capacity) {"),
          new Bug(
              "a limit that was changed is not followed",
              "queue/Queues",
              "      relimited.add(state);\n",
              ""),
          new Bug(
              "a paused queue starts runs",
              "queue/QueueState",
              "return !paused && executing < totalLimit && !startable.isEmpty();",
              "return executing < totalLimit && !startable.isEmpty();"),
          new Bug(
              "a pause is forgotten by a recovery",
              "loop/Recovery",
              "row.totalLimit(), row.paused());",
              "row.totalLimit(), false);"),
          new Bug(
              "maxDelay is ignored",
              "admission/Push",
              "boolean pastBound = maxDelay != Long.MAX_VALUE && pushed > createdAt + maxDelay;",
              "boolean pastBound = false;"),
          new Bug("a push hurries a run", "admission/Push", "Math.max(dueAt, pushed)", "pushed"),
          new Bug(
              "a started run keeps its debounce key",
              "loop/Transitions",
              "    } else {\n      engine.freeDebounce(run);\n    }",
              "    }"),
          new Bug(
              "a debounce key is not bound",
              "loop/Transitions",
              "      engine.bindDebounce(run);\n",
              ""),
          new Bug(
              "a debounce key is not bound by a recovery",
              "loop/Transitions",
              "      engine.bindDebounce(run);\n",
              """
                    if (engine.reported != null) {
                      engine.bindDebounce(run);
                    }
              """),
          new Bug(
              "a debounced run does not note its key",
              "loop/Runs",
              "debounce == null ? null : debounce.key(),",
              "null,"),
          new Bug(
              "a trailing push leaves the first payload",
              "loop/Runs",
              "            old.taskId(),\n            request.payload(),",
              "            old.taskId(),\n            old.payload(),"),
          new Bug(
              "a double completion is accepted",
              "loop/Attempts",
              "    if (attempt.over != null) {\n      if (!attempt.unloaded",
              "    if (attempt.over != null && engine.live.resident(run.id()) == null) {\n      if (!attempt.unloaded"),
          new Bug(
              "an attempt that is over makes children",
              "loop/Triggers",
              "    if (over != null) {\n      return over.get();",
              "    if (over != null && attempt.run.depth > 5) {\n      return over.get();"),
          new Bug(
              "an attempt that is over changes metadata",
              "loop/Labels",
              "    if (over != null) {\n      throw over.get();\n    }",
              ""),
          new Bug(
              "a child is not recorded",
              "loop/Triggers",
              "    run.journalSize += Math.max(1, children);\n",
              """
                  run.journalSize += Math.max(1, children);
                  if (caller.kind() == JournalRow.Kind.TRIGGER) {
                    return seq;
                  }
              """),
          new Bug(
              "a failed attempt leaves its journal to the next",
              "loop/Attempts",
              "        run.generation++;\n",
              ""),
          new Bug(
              "a replay does not see the journal",
              "loop/Recovery",
              "run.replays = row.attempt() > 0;",
              "run.replays = row.attempt() > 1;"),
          new Bug(
              "a crash does not use up the attempt",
              "lifecycle/Lifecycle",
              "? new To(new Queued(executing.progress(), false, RunState.NEVER))",
              "? new To(new Queued(executing.progress(), true, RunState.NEVER))"),
          new Bug(
              "a failure has one attempt too many",
              "lifecycle/Lifecycle",
              "boolean attemptsLeft = executing.progress().attempt() < command.maxAttempts();",
              "boolean attemptsLeft = executing.progress().attempt() <= command.maxAttempts();"),
          new Bug(
              "a hand-back is charged",
              "lifecycle/Lifecycle",
              "? new To(new Queued(executing.progress(), true, RunState.NEVER))",
              "? new To(new Queued(executing.progress(), false, RunState.NEVER))"),
          new Bug(
              "a retry does not back off",
              "lifecycle/Lifecycle",
              "Math.addExact(now, command.delay())",
              "now"),
          new Bug(
              "half of a batch is stored",
              "loop/BatchCalls",
              "    turn.batchItems(items);\n",
              "    turn.batchItems(items.subList(0, (items.size() + 1) / 2));\n"),
          new Bug(
              "engine time goes back with the clock",
              "loop/EngineClock",
              "    if (read > floor) {",
              "    if (read != floor) {"),
          new Bug(
              "a turn reads the wall clock",
              "loop/Turns",
              "Turn turn = new Turn(clock.now());\n    current",
              "Turn turn = new Turn(System.currentTimeMillis() * 1_000);\n    current"),
          new Bug(
              "an end has the wall clock's time",
              "lifecycle/Lifecycle",
              "return new To(new Ended(status, from.progress(), now));",
              "return new To(new Ended(status, from.progress(), System.currentTimeMillis()));"),
          new Bug(
              "ids begin anew in each life",
              "loop/Turns",
              "new IdSource(parts.recorded().lastId())",
              "new IdSource(0)"),
          new Bug(
              "retention deletes a child that its parent may ask for",
              "loop/Needs",
              "      need = ofJournals(runId);\n",
              ""),
          new Bug(
              "retention comes too early",
              "loop/Pruner",
              "if (row.finishedAtMicros() + walk.keep > turn.now) {",
              "if (row.finishedAtMicros() + walk.keep / 2 > turn.now) {"),
          new Bug(
              "retention takes a key along that has not expired",
              "loop/Needs",
              "    return time > now ? new Until(time) : NOTHING;",
              "    return NOTHING;"),
          new Bug(
              "a cancel does not reach the children",
              "loop/Cancels",
              "            .forEach(toCancel::add);",
              "            .limit(0)\n            .forEach(toCancel::add);"),
          new Bug(
              "a cancelled body is not told",
              "loop/Cancels",
              "      turn.after(() -> bodies.cancel(attempt, \"was canceled: \" + error.message()));\n",
              ""),
          new Bug(
              "a registered task does not release its runs",
              "loop/Registrations",
              "        transitions.move(turn, run, new RunCommand.Release());\n",
              ""),
          new Bug(
              "a change of status is not told",
              "loop/Transitions",
              "    run.state = next;\n    tell(turn, run, former);\n    if (!keepsSlot) {",
              "    run.state = next;\n    if (!keepsSlot) {"),
          new Bug(
              "a refused list leaves its first runs",
              "loop/BatchCalls",
              "    take(turn, part, caller);\n    turn.answer(",
              """
                  take(turn, part, caller);
                  if (part.requests().size() > 2) {
                    turn.refuse(command.reply(), closed(batch));
                    return;
                  }
                  turn.answer("""),
          new Bug(
              "a stream outlives the attempt that pulled it",
              "loop/Attempts",
              "        openBatches.abortOf(turn, run, \"the attempt that streamed it has failed\");\n",
              ""),
          new Bug(
              "a stream from outside outlives its process",
              "loop/OpenBatches",
              "    if (!engine.live.contains(row.parentId())) {",
              "    if (row.parentId() != 0 && !engine.live.contains(row.parentId())) {"),
          new Bug(
              "calls are taken while the store is ill and forgotten",
              "loop/Commits",
              "default -> deferred.add(command);",
              "default -> {}"),
          new Bug(
              "a cancelled parent takes only the children that it awaits along",
              "loop/Cancels",
              "case ALL -> true;",
              "case ALL -> child.awaited;"),
          new Bug(
              "a wait for an ancestor is accepted",
              "loop/Triggers",
              "String cycle = graph.cycle(caller.attempt().run, target, caller.counted());",
              "String cycle = null;"),
          new Bug(
              "the first of a queue stays on the shelf while another one is at hand",
              "queue/SubQueue",
              "return first == null || shelf.isFirstBefore(first.order(), first.id());",
              "return first == null;"),
          new Bug(
              "a child is shelved while its parent may have to find it",
              "loop/LiveRuns",
              "        && !run.isLinked();",
              "        ;"),
          new Bug(
              "a run is shelved while somebody waits for it",
              "loop/LiveRuns",
              "        && run.waiters.isEmpty()\n",
              ""),
          new Bug(
              "a debounced run is shelved",
              "loop/LiveRuns",
              "        && run.debounceKey == null\n",
              ""),
          new Bug(
              "what is due on the shelf waits for what is due in memory",
              "loop/Timers",
              "return Math.min(nextNear(), nextFar());",
              "return nextNear() == Micros.NEVER ? nextFar() : nextNear();"),
          new Bug(
              "a delayed run that comes back is counted twice",
              "loop/QueueCounts",
              "    run.counted = counted(run.state);\n",
              "    update(run);\n"),
          new Bug(
              "a body that was unloaded does not look into its journal",
              "loop/Finisher",
              "    run.replays = true;\n",
              ""),
          new Bug(
              "a body that was unloaded frees the slot of its next entrance",
              "loop/Attempts",
              "if (!attempt.unloaded && engine.live.resident(run.id()) != run) {",
              "if (engine.live.resident(run.id()) != run) {"),
          new Bug(
              "a body that was unloaded waits no longer",
              "loop/Finisher",
              "    waits.goOnWithoutBody(turn, run, reason);\n",
              "    waits.abandonAll(turn, run, reason);\n"),
          new Bug(
              "a body that was woken is unloaded",
              "loop/Transitions",
              "    engine.parked.remove(run);\n",
              ""));

  /** All of them. */
  static final List<Bug> BUGS = Stream.of(INVENTED, PastBugs.BUGS).flatMap(List::stream).toList();
}
