package dev.pawl.simulation;

import dev.pawl.PawlException;
import dev.pawl.RunError;
import dev.pawl.fixtures.check.Sight;
import dev.pawl.internal.exec.Outcome;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.WaitEnd;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.StoredValue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One thread of a scripted body: does one act after another, and waits in between. */
final class ScriptedThread {
  private static final Duration RETRY_LATER = Duration.ofSeconds(7);

  private final ScriptedBody body;
  private final World world;
  private final Attempt attempt;
  private final List<Program.Act> acts;
  private final Attempt.@Nullable ForkState fork;
  private int next;
  private boolean ended;
  private @Nullable CompletableFuture<?> pending;
  private Consumer<Object> then = answer -> {};
  private Runnable refused = () -> {};

  /** The last run that it has triggered and not waited for; 0 where there is none. */
  long lastChild;

  String lastTask = "";

  ScriptedThread(
      ScriptedBody body, World world, List<Program.Act> acts, Attempt.@Nullable ForkState fork) {
    this.body = body;
    this.world = world;
    this.attempt = body.attempt();
    this.acts = acts;
    this.fork = fork;
  }

  boolean isFork() {
    return fork != null;
  }

  boolean hasEnded() {
    return ended;
  }

  boolean canAct() {
    if (ended) {
      return false;
    }
    CompletableFuture<?> waits = pending;
    if (waits != null) {
      return waits.isDone();
    }
    boolean hangs =
        next == acts.size()
            && fork == null
            && body.program().ending() == Program.Ending.HANG
            && !body.isToldToEnd()
            && !world.isFinishing();
    return !hangs && !(next > acts.size() && body.waitsForForks());
  }

  void act() {
    CompletableFuture<?> waits = pending;
    if (waits != null) {
      pending = null;
      if (waits.isCompletedExceptionally()) {
        refused.run();
        thrown((PawlException) waits.exceptionNow());
      } else {
        then.accept(waits.getNow(null));
      }
    } else if (next > acts.size()) {
      end();
    } else if (next == acts.size()) {
      next++;
      if (!body.waitsForForks() || fork != null) {
        end();
      }
    } else if (body.mustEnd() || (fork != null && body.isReturning())) {
      finish(new Outcome.Failed(error("it was told to end"), true, null));
    } else {
      Program.Act act = acts.get(next++);
      new Acting(this, body, world).act(act);
    }
  }

  /** Asks, and goes on with the answer. */
  <T extends @Nullable Object> void call(Command.Call<T> call, Consumer<T> with) {
    call(call, with, () -> {});
  }

  private <T extends @Nullable Object> void call(
      Command.Call<T> call, Consumer<T> with, Runnable without) {
    world.post(call);
    pending = call.reply().future();
    then = answer -> with.accept(cast(answer));
    refused = without;
  }

  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"}) // of this very call
  private static <T extends @Nullable Object> T cast(Object answer) {
    return (T) answer;
  }

  /** Waits for a run or batch, as a call of the body; where that is refused, it throws. */
  void wait(
      Command.Call<WaitEnd> call,
      long target,
      long deadline,
      Consumer<WaitEnd> with,
      Runnable without) {
    call(
        call,
        end -> {
          long expected = target == 0 ? recordedTarget(call) : target;
          if (expected != 0) {
            world.told(new Sight(attempt.runId(), expected, deadline, end, world.now()));
          }
          with.accept(end);
        },
        without);
  }

  /** Which run or batch a call has made, by the journal. */
  private long recordedTarget(Command.Call<WaitEnd> call) {
    Caller caller =
        switch (call) {
          case Command.TriggerAndWait trigger -> trigger.caller();
          case Command.BatchTriggerAndWait batch -> batch.caller();
          default -> null;
        };
    long target = 0;
    if (caller != null) {
      for (JournalRow row : world.store().journal(attempt.runId(), attempt.generation())) {
        boolean same =
            row.kind() == caller.kind()
                && row.taskId().equals(caller.taskId())
                && row.match() == caller.match();
        if (same && target != 0 && target != row.targetId()) {
          return 0; // two calls are equal, and which of them this is cannot be told
        }
        target = same ? row.targetId() : target;
      }
    }
    return target;
  }

  /** Tells its acts apart: two of them never use one key, so that a replay takes the same way. */
  String place() {
    return (fork == null ? "main" : "fork") + next;
  }

  Attempt attempt() {
    return attempt;
  }

  Caller caller(JournalRow.Kind kind, String taskId, long match) {
    return new Caller(attempt, true, kind, taskId, match);
  }

  /** Joins a fork of the body. */
  void join(Attempt.ForkState state) {
    call(new Command.JoinFork(attempt, state, true, new Reply<>()), joined -> {});
  }

  private void thrown(PawlException e) {
    // A body may catch what a call throws; every other one does, and goes on.
    boolean caught = (body.program().number() & 1) == 0 && fork == null;
    if (!caught) {
      finish(new Outcome.Failed(error(e.getClass().getSimpleName()), true, null));
    }
  }

  private static RunError error(String message) {
    return RunError.of(RunError.Code.EXCEPTION, message);
  }

  void endUnreadable() {
    finish(new Outcome.Unreadable(RunError.of(RunError.Code.PAYLOAD_UNREADABLE, "unreadable")));
  }

  private void end() {
    int number = attempt.number();
    finish(
        switch (body.program().ending()) {
          case FAIL_AT_FIRST -> number == 1 ? failed(true, null) : returned();
          case FAIL -> failed(true, null);
          case ABORT -> failed(false, null);
          case RETRY_LATER -> number == 1 ? failed(true, RETRY_LATER) : returned();
          default -> returned();
        });
  }

  private Outcome failed(boolean retryable, @Nullable Duration after) {
    return new Outcome.Failed(error("attempt " + attempt.number()), retryable, after);
  }

  private Outcome returned() {
    return new Outcome.Returned(
        StoredValue.of(
            ByteBuffer.allocate(16)
                .putLong(attempt.runId())
                .putInt(attempt.number())
                .putInt(attempt.incarnation())
                .array()));
  }

  private void finish(Outcome outcome) {
    Attempt.ForkState state = fork;
    if (state != null) {
      ended = true;
      world.post(new Command.ForkEnded(attempt, state));
    } else if (body.waitsForForks()) {
      next = acts.size() + 1; // and ends when they have
    } else {
      ended = true;
      attempt.ending(world.now());
      body.ended();
      world.post(new Command.AttemptEnded(attempt, outcome));
    }
  }

  static long deadline(long now, long timeout) {
    return timeout == Micros.NEVER ? Micros.NEVER : now + timeout;
  }
}
