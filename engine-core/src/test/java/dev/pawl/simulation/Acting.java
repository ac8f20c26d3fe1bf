package dev.pawl.simulation;

import dev.pawl.BatchOptions;
import dev.pawl.InvalidOptionException;
import dev.pawl.PawlException;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.UnknownTaskException;
import dev.pawl.internal.api.ScriptedCalls;
import dev.pawl.internal.api.ScriptedCalls.Draft;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.OpenBatch;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.internal.loop.WaitEnd;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** How a scripted body does what it does: as the API would, by commands or from its journal. */
final class Acting {
  private final ScriptedThread thread;
  private final ScriptedBody body;
  private final World world;
  private final Attempt attempt;

  Acting(ScriptedThread thread, ScriptedBody body, World world) {
    this.thread = thread;
    this.body = body;
    this.world = world;
    this.attempt = body.attempt();
  }

  void act(Program.Act act) {
    SplittableRandom random = act.random();
    try {
      switch (act.kind()) {
        case TRIGGER -> trigger(random);
        case TRIGGER_AND_WAIT -> triggerAndWait(random);
        case BATCH -> batch(random, false);
        case BATCH_AND_WAIT -> batch(random, true);
        case STREAM -> stream(random, false);
        case STREAM_AND_WAIT -> stream(random, true);
        case AWAIT -> await(random);
        case FORK -> fork(act, random);
        case METADATA -> metadata(random);
        case TAGS -> tags(random);
        case WORK -> {}
      }
    } catch (UnknownTaskException | InvalidOptionException e) {
      // The call throws, and the body goes on without.
    }
  }

  private Draft draft(SplittableRandom random, Task<?, ?> task, String suffix) {
    Program child = body.program().child(random);
    TriggerOptions options =
        Chances.trigger(
            random, world.settings(), Micros.instant(world.now()), thread.place() + suffix);
    return world.calls().draft(task, child, options, attempt);
  }

  private void trigger(SplittableRandom random) {
    Draft draft = draft(random, world.anyTask(random), "");
    String task = draft.taskId();
    Caller caller = thread.caller(JournalRow.Kind.TRIGGER, task, draft.match());
    JournalRow entry = body.memory().take(caller);
    thread.lastTask = task;
    if (entry != null) {
      thread.lastChild = entry.targetId();
    } else {
      thread.call(
          new Command.Trigger(world.calls().request(draft), caller, new Reply<>()),
          triggered -> thread.lastChild = triggered.runId());
    }
  }

  private void triggerAndWait(SplittableRandom random) {
    triggerAndWait(draft(random, world.anyTask(random), ""), () -> {}, () -> {});
  }

  /** Goes on in one of two ways: with the child's end, or without since the call was refused. */
  private void triggerAndWait(Draft draft, Runnable ended, Runnable refused) {
    String task = draft.taskId();
    Caller caller = thread.caller(JournalRow.Kind.TRIGGER_AND_WAIT, task, draft.match());
    JournalRow entry = body.memory().take(caller);
    if (entry == null) {
      thread.wait(
          new Command.TriggerAndWait(world.calls().request(draft), caller, new Reply<>()),
          0,
          Micros.NEVER,
          end -> ended.run(),
          refused);
    } else {
      thread.wait(
          new Command.AwaitRun(entry.targetId(), caller, entry.seq(), Micros.NEVER, new Reply<>()),
          entry.targetId(),
          Micros.NEVER,
          end -> ended.run(),
          refused);
    }
  }

  private void await(SplittableRandom random) {
    long timeout = random.nextBoolean() ? Micros.NEVER : Micros.of(Chances.seconds(random));
    // One that has no child waits for its parent, which may wait for it: that must be refused.
    long target = thread.lastChild != 0 ? thread.lastChild : attempt.parentId();
    if (target != 0) {
      Caller caller = thread.caller(JournalRow.Kind.AWAIT, thread.lastTask, target);
      JournalRow entry = body.memory().takeIfThere(caller);
      if (entry == null || entry.answer() != JournalRow.Answer.TIMED_OUT) {
        int seq = entry == null ? Command.NOT_RECORDED : entry.seq();
        awaitRun(target, caller, seq, timeout);
      }
    }
  }

  private void awaitRun(long target, Caller caller, int seq, long timeout) {
    thread.wait(
        new Command.AwaitRun(target, caller, seq, timeout, new Reply<>()),
        target,
        ScriptedThread.deadline(world.now(), timeout),
        end -> {},
        () -> {});
  }

  private List<Draft> drafts(SplittableRandom random) {
    int size = random.nextInt(3);
    List<Draft> drafts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Task<?, ?> known = Settings.TASKS.get(random.nextInt(Settings.TASKS.size()));
      drafts.add(draft(random, known, "." + i));
    }
    return drafts;
  }

  private List<TriggerRequest> requests(List<Draft> drafts) {
    List<TriggerRequest> requests = new ArrayList<>(drafts.size());
    drafts.forEach(draft -> requests.add(world.calls().request(draft)));
    return requests;
  }

  private static long match(OpenBatch.@Nullable Key key, long itemsHash) {
    return key == null ? itemsHash : key.id().hash1();
  }

  private void batch(SplittableRandom random, boolean awaited) {
    BatchOptions options = Chances.batch(random, thread.place());
    List<Draft> drafts = drafts(random);
    OpenBatch.Key key = ScriptedCalls.batchKey(options, drafts, attempt);
    JournalRow.Kind kind = awaited ? JournalRow.Kind.BATCH_AND_WAIT : JournalRow.Kind.BATCH;
    Caller caller = thread.caller(kind, "", match(key, ScriptedCalls.match(drafts)));
    JournalRow entry = body.memory().take(caller);
    if (entry != null) {
      if (awaited) {
        found(entry.targetId(), entry.seq(), caller);
      }
      return;
    }
    Command.BatchPart part =
        new Command.BatchPart(
            new OpenBatch(key, awaited), requests(drafts), 0, BatchRow.State.SEALED, null);
    if (awaited) {
      thread.wait(
          new Command.BatchTriggerAndWait(part, caller, new Reply<>()),
          0,
          Micros.NEVER,
          end -> lookAgain(end, caller),
          () -> {});
    } else {
      thread.call(new Command.BatchTrigger(part, caller, new Reply<>()), batched -> {});
    }
  }

  private void lookAgain(WaitEnd end, Caller caller) {
    if (end instanceof WaitEnd.LookAgain again) {
      found(again.batchId(), again.seq(), caller);
    }
  }

  /** A batch that exists is waited for. */
  private void found(long batchId, int seq, Caller caller) {
    BatchRow row = world.store().batch(batchId).orElse(null);
    if (row != null && row.state() != BatchRow.State.ABORTED) {
      List<Long> runIds =
          row.state() == BatchRow.State.OPEN ? null : ScriptedCalls.runsOf(world.store(), batchId);
      thread.wait(
          new Command.AwaitBatch(batchId, runIds, caller, seq, new Reply<>()),
          batchId,
          Micros.NEVER,
          end -> lookAgain(end, caller),
          () -> {});
    }
  }

  /**
   * Two chunks: the first opens the batch, the second one closes it.
   *
   * @param pulled what the source waits for in between; null where it does not
   * @param items the second chunk
   */
  private record Rest(@Nullable Draft pulled, List<Draft> items, boolean breaks, boolean awaited) {}

  private void stream(SplittableRandom random, boolean awaited) {
    BatchOptions options = streamOptions(random);
    boolean breaks = random.nextInt(4) == 0;
    List<Draft> first = drafts(random);
    List<Draft> second = drafts(random);
    Draft pulled = random.nextInt(4) == 0 ? draft(random, Settings.TASKS.getFirst(), ".p") : null;
    Rest rest = new Rest(pulled, second, breaks, awaited);
    OpenBatch.Key key = ScriptedCalls.batchKey(options, List.of(), attempt);
    JournalRow.Kind kind = awaited ? JournalRow.Kind.BATCH_AND_WAIT : JournalRow.Kind.BATCH;
    Caller caller = thread.caller(kind, "", match(key, ScriptedCalls.matchOfStream()));
    JournalRow entry = body.memory().take(caller);
    if (entry == null) {
      OpenBatch batch = new OpenBatch(key, awaited);
      List<TriggerRequest> items = requests(first);
      long hash = hash(0, items);
      thread.call(
          new Command.BatchTrigger(
              new Command.BatchPart(batch, items, hash, BatchRow.State.OPEN, null),
              caller,
              new Reply<>()),
          made -> {
            if (made.cached()) {
              if (awaited) {
                found(made.batchId(), made.seq(), caller);
              }
            } else {
              pull(batch, rest, hash, caller);
            }
          });
      return;
    }
    carryOn(entry, rest, caller);
  }

  /**
   * Streams without keys are equal calls. Where the first of two is refused, and not recorded
   * therefore, a replay gives it what the second one did: a body must not rely on that.
   */
  private BatchOptions streamOptions(SplittableRandom random) {
    long streams =
        body.program().acts().stream()
            .filter(
                act ->
                    act.kind() == Program.Kind.STREAM || act.kind() == Program.Kind.STREAM_AND_WAIT)
            .count();
    return streams > 1
        ? BatchOptions.batchOptions().idempotencyKey("stream", thread.place())
        : Chances.batch(random, thread.place());
  }

  private static long hash(long before, List<TriggerRequest> items) {
    long hash = before;
    for (TriggerRequest item : items) {
      hash = ScriptedCalls.chain(hash, item);
    }
    return hash;
  }

  private void carryOn(JournalRow entry, Rest rest, Caller caller) {
    boolean awaited = rest.awaited();
    BatchRow row = world.store().batch(entry.targetId()).orElse(null);
    if (row == null) {
      return;
    }
    boolean own = row.state() == BatchRow.State.OPEN && row.parentId() == attempt.runId();
    if (!own) {
      if (awaited) {
        found(row.id(), entry.seq(), caller);
      }
      return;
    }
    OpenBatch batch = new OpenBatch(row, awaited);
    List<Long> runIds = awaited ? ScriptedCalls.runsOf(world.store(), row.id()) : List.of();
    thread.call(
        new Command.ContinueBatch(batch, runIds, caller, entry.seq(), new Reply<>()),
        goesOn -> {
          if (goesOn) {
            pull(batch, rest, row.hash(), caller);
          } else if (awaited) {
            found(row.id(), entry.seq(), caller);
          }
        });
  }

  /** The source of a stream may wait before it gives what is left. */
  private void pull(OpenBatch batch, Rest rest, long hash, Caller caller) {
    Draft pulled = rest.pulled();
    if (pulled == null || body.mustEnd()) {
      close(batch, rest, hash, caller);
      return;
    }
    Runnable thrown =
        () -> world.post(new Command.BreakBatch(batch, true, "its source was refused a wait"));
    try {
      triggerAndWait(pulled, () -> close(batch, rest, hash, caller), thrown);
    } catch (PawlException e) {
      thrown.run();
    }
  }

  private void close(OpenBatch batch, Rest rest, long hash, Caller caller) {
    if (body.mustEnd() || rest.breaks()) {
      world.post(new Command.BreakBatch(batch, true, "its source has thrown"));
      return;
    }
    List<TriggerRequest> items;
    try {
      items = requests(rest.items());
    } catch (PawlException e) {
      world.post(new Command.BreakBatch(batch, true, "an item was refused"));
      return;
    }
    Command.BatchPart part =
        new Command.BatchPart(batch, items, hash(hash, items), BatchRow.State.SEALED, null);
    if (rest.awaited()) {
      thread.wait(
          new Command.BatchTriggerAndWait(part, caller, new Reply<>()),
          0,
          Micros.NEVER,
          end -> lookAgain(end, caller),
          () -> {});
    } else {
      thread.call(new Command.BatchTrigger(part, caller, new Reply<>()), batched -> {});
    }
  }

  /** A thread that waits for a child, and is joined. */
  private void fork(Program.Act act, SplittableRandom random) {
    Attempt.ForkState state = new Attempt.ForkState();
    world.post(new Command.ForkStarted(attempt));
    Program.Kind kind =
        random.nextBoolean() ? Program.Kind.TRIGGER_AND_WAIT : Program.Kind.BATCH_AND_WAIT;
    body.fork(List.of(new Program.Act(kind, act.seed() + 1)), state);
    if (random.nextInt(3) != 0) {
      thread.join(state);
    }
  }

  private void metadata(SplittableRandom random) {
    long target =
        switch (random.nextInt(3)) {
          case 0 -> attempt.parentId() == 0 ? attempt.runId() : attempt.parentId();
          case 1 -> attempt.rootId();
          default -> attempt.runId();
        };
    Command.EditMetadata edit = ScriptedCalls.edit(target, attempt, Chances.metadata(random));
    Caller caller = edit.caller();
    if (caller != null && !body.memory().takeLabels(caller)) {
      thread.call(edit, done -> {});
    }
  }

  private void tags(SplittableRandom random) {
    thread.call(
        new Command.AddTags(
            attempt.runId(), attempt, List.of("tag" + random.nextInt(4)), new Reply<>()),
        added -> {});
  }
}
