package dev.pawl.internal.loop;

import dev.pawl.Limits;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;

/** Those who decide within a turn, wired together, and who of them carries out which command. */
final class Handlers {
  final Transitions transitions;
  final Waits waits;
  final OpenBatches openBatches;
  final Leftovers leftovers;
  final Attempts attempts;
  final Closing closing;
  final QueueSettings queueSettings;
  final OwedHooks owedHooks;
  final DueTimers dueTimers;
  final Pruner pruner;
  final Rebuild rebuild;
  private final EngineState engine;
  private final ActiveTime activeTime;
  private final Bindings bindings;
  private final Labels labels;
  private final Runs runs;
  private final QueueReader queueReader;
  private final Triggers triggers;
  private final BatchCalls batches;
  private final Cancels cancels;
  private final Observers observers;
  private final Registrations registrations;
  private final Explainer explainer;

  Handlers(Loop.Parts parts, EngineState engine, IdSource ids) {
    RunStore store = parts.store();
    Limits limits = parts.limits();
    Bodies bodies = parts.bodies();
    this.engine = engine;
    this.transitions = new Transitions(engine);
    this.waits = new Waits(engine, transitions, store);
    this.bindings = new Bindings(engine, store, limits.keyCacheSize());
    this.pruner = new Pruner(new Needs(engine, store, parts.hooks()), store, parts.retention());
    this.openBatches = new OpenBatches(engine, waits, pruner);
    Finisher finisher =
        new Finisher(engine, transitions, waits, openBatches, bindings, pruner, parts.hooks());
    this.leftovers = new Leftovers(engine, bodies, Micros.of(limits.stuckBodyAfter()));
    this.activeTime =
        new ActiveTime(engine, parts.clock(), transitions, finisher, bodies, leftovers);
    this.attempts =
        new Attempts(
            engine,
            transitions,
            waits,
            finisher,
            activeTime,
            leftovers,
            openBatches,
            bodies,
            parts.retryPolicy(),
            parts.random(),
            store);
    this.closing = new Closing(engine, attempts);
    this.labels = new Labels(engine, store, parts.json(), limits);
    this.runs = new Runs(engine, transitions, store, labels);
    this.queueSettings = new QueueSettings(engine);
    this.queueReader = new QueueReader(engine);
    QueueBound bound = new QueueBound(engine, bindings, attempts);
    this.triggers = new Triggers(engine, runs, bindings, waits, queueSettings, bound, ids, limits);
    this.batches = new BatchCalls(triggers, openBatches, bindings, waits, attempts, ids);
    this.cancels = new Cancels(engine, transitions, finisher, leftovers, bodies);
    this.observers = new Observers(engine);
    this.registrations = new Registrations(engine, transitions, queueSettings);
    this.explainer = new Explainer(engine);
    this.owedHooks = new OwedHooks(store, parts.hooks(), pruner);
    this.dueTimers =
        new DueTimers(
            engine,
            transitions,
            finisher,
            waits,
            observers,
            leftovers,
            activeTime,
            limits.maxTurnCommands());
    this.rebuild = new Rebuild(engine, leftovers, bodies);
  }

  void handle(Turn turn, Command command) {
    switch (command) {
      case Command.Trigger trigger -> triggers.trigger(turn, trigger);
      case Command.TriggerAndWait trigger -> triggers.triggerAndWait(turn, trigger);
      case Command.BatchTrigger batch -> batches.trigger(turn, batch);
      case Command.BatchTriggerAndWait batch -> batches.triggerAndWait(turn, batch);
      case Command.ContinueBatch batch -> batches.carryOn(turn, batch);
      case Command.BreakBatch batch -> batches.breakOff(turn, batch);
      case Command.AwaitRun await -> triggers.awaitRun(turn, await);
      case Command.AwaitBatch await -> triggers.awaitBatch(turn, await);
      case Command.AttemptEnded ended -> attempts.ended(turn, ended);
      case Command.BodyEntered entered -> activeTime.entered(turn, entered.attempt());
      case Command.JournalLoaded loaded -> attempts.journalLoaded(loaded);
      case Command.HooksRun hooks -> owedHooks.paid(turn, hooks);
      case Command.ForkStarted started -> attempts.forkStarted(started);
      case Command.ForkEnded ended -> attempts.forkEnded(turn, ended);
      case Command.JoinFork join -> attempts.joinFork(turn, join);
      case Command.BodyReturned returned -> attempts.bodyReturned(turn, returned);
      case Command.Observe observe -> observers.observe(turn, observe);
      case Command.Forget forget -> observers.forget(forget);
      case Command.Cancel cancel -> cancels.cancel(turn, cancel);
      case Command.Reschedule reschedule -> runs.reschedule(turn, reschedule);
      case Command.Register register -> registrations.register(turn, register);
      case Command.ResetKey reset -> triggers.resetKey(turn, reset);
      case Command.AddTags add -> labels.addTags(turn, add);
      case Command.EditMetadata edit -> labels.edit(turn, edit);
      case Command.Explain explain -> explainer.explain(turn, explain, closing.isDraining());
      case Command.ChangeQueue change -> queueSettings.change(turn, change);
      case Command.ReadQueue read -> queueReader.queue(turn, read);
      case Command.ReadQueues read -> queueReader.queues(turn, read);
      case Command.ReadKeys read -> queueReader.keys(turn, read);
      case Command.ReadQueueNames read -> turn.answer(read.reply(), queueReader.names());
      case Command.Pause pause -> closing.pause(turn, pause);
      case Command.NextTimer next -> turn.answer(next.reply(), nextDue(next.upkeep()));
      case Command.Count count -> turn.answer(count.reply(), Figures.of(engine));
      case Command.AwaitIdle idle -> closing.awaitIdle(idle);
      case Command.Drain drain -> closing.drain(drain);
      case Command.CutOff cutOff -> closing.cutOff(turn, cutOff);
      case Command.Stop stop -> closing.stop(turn, stop);
    }
  }

  /** Does what a turn does after its commands, of which there were so many, before it is stored. */
  void conclude(Turn turn, int commands) {
    attempts.startReady(turn);
    attempts.unloadParked(turn);
    labels.flush(turn);
    pruner.prune(turn, commands);
    closing.answerWaiters(turn);
  }

  /**
   * When there is something to do, if nobody asks for anything before.
   *
   * @param upkeep whether what the engine does for itself counts, that is, retention
   */
  long nextDue(boolean upkeep) {
    long timer = engine.timers.next();
    return upkeep ? Math.min(timer, pruner.next()) : timer;
  }

  /** What the turn changed is stored. */
  void committed() {
    bindings.committed();
    labels.committed();
  }

  /** Drops what is kept of the store only to be at hand. */
  void forgetCopies() {
    bindings.forget();
    labels.forget();
  }
}
