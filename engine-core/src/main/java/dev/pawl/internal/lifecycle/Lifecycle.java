package dev.pawl.internal.lifecycle;

import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.Decision.Refused;
import dev.pawl.internal.lifecycle.Decision.To;
import dev.pawl.internal.lifecycle.RunState.Delayed;
import dev.pawl.internal.lifecycle.RunState.Ended;
import dev.pawl.internal.lifecycle.RunState.Executing;
import dev.pawl.internal.lifecycle.RunState.PendingVersion;
import dev.pawl.internal.lifecycle.RunState.Queued;
import dev.pawl.internal.lifecycle.RunState.Retrying;
import dev.pawl.internal.lifecycle.RunState.Waiting;

/**
 * The life of a run: every legal transition, one method per command. What is not listed is refused,
 * so that nothing leaves a terminal status and no run starts twice. {@code docs/lifecycle.md} is
 * written from this class by a test.
 *
 * <p>The rules that a reader should know by heart:
 *
 * <ul>
 *   <li>Only {@code Executing} holds a slot.
 *   <li>A time to live counts until the first start and is judged again at the start itself, so
 *       that a run past it never starts, however late the timer is.
 *   <li>An attempt is used up when it starts. Only a hand-back by a closing engine makes the next
 *       start repeat it.
 *   <li>A wait never expires and never uses up an attempt.
 * </ul>
 */
public final class Lifecycle {
  private Lifecycle() {}

  /**
   * A new run that is due at {@code dueAt}, or at once where that is not later than {@code now}.
   */
  public static RunState created(long dueAt, long ttl, long now) {
    return dueAt > now ? new Delayed(dueAt) : new Queued(Progress.NONE, false, deadline(ttl, now));
  }

  /** Where a run goes from {@code state} on {@code command} at {@code now}. */
  public static Decision decide(RunState state, RunCommand command, long now) {
    return switch (command) {
      case RunCommand.Enqueue enqueue -> enqueue(state, enqueue, now);
      case RunCommand.Start start -> start(state, start, now);
      case RunCommand.Park park -> park(state);
      case RunCommand.Wake wake -> wake(state);
      case RunCommand.Complete complete -> complete(state, now);
      case RunCommand.Fail fail -> fail(state, fail, now);
      case RunCommand.TimeOut timeOut -> timeOut(state, now);
      case RunCommand.Cancel cancel -> cancel(state, now);
      case RunCommand.Expire expire -> expire(state, now);
      case RunCommand.Hold hold -> hold(state);
      case RunCommand.Release release -> release(state);
      case RunCommand.HandBack handBack -> handBack(state);
      case RunCommand.Recover recover -> recover(state, recover, now);
      case RunCommand.Reschedule reschedule -> reschedule(state, reschedule, now);
      case RunCommand.GiveUp giveUp -> giveUp(state, now);
    };
  }

  private static Decision enqueue(RunState state, RunCommand.Enqueue command, long now) {
    if (state instanceof Delayed delayed && delayed.dueAt() <= now) {
      return new To(new Queued(Progress.NONE, false, deadline(command.ttl(), now)));
    }
    if (state instanceof Retrying retrying && retrying.dueAt() <= now) {
      return new To(new Queued(retrying.progress(), false, RunState.NEVER));
    }
    return new Refused("only a run that is due is enqueued");
  }

  private static Decision start(RunState state, RunCommand.Start command, long now) {
    if (state instanceof Queued queued) {
      if (expired(queued, now)) {
        return ended(RunStatus.EXPIRED, queued, now);
      }
      Progress progress = queued.progress();
      return new To(new Executing(queued.repeat() ? progress.again() : progress.next(now)));
    }
    if (state instanceof Waiting waiting && waiting.ready()) {
      Progress progress = waiting.progress();
      return new To(new Executing(command.bodyAlive() ? progress : progress.again()));
    }
    return new Refused("only a run that stands in its queue is started");
  }

  private static Decision park(RunState state) {
    return state instanceof Executing executing
        ? new To(new Waiting(executing.progress(), false))
        : new Refused("only an EXECUTING run is parked");
  }

  private static Decision wake(RunState state) {
    return state instanceof Waiting waiting && !waiting.ready()
        ? new To(new Waiting(waiting.progress(), true))
        : new Refused("only a run that is parked is woken");
  }

  private static Decision complete(RunState state, long now) {
    return state instanceof Executing
        ? ended(RunStatus.COMPLETED, state, now)
        : new Refused("only an EXECUTING run completes");
  }

  private static Decision fail(RunState state, RunCommand.Fail command, long now) {
    if (!(state instanceof Executing executing)) {
      return new Refused("only the attempt of an EXECUTING run fails");
    }
    boolean attemptsLeft = executing.progress().attempt() < command.maxAttempts();
    return command.retryable() && attemptsLeft
        ? new To(new Retrying(executing.progress(), Math.addExact(now, command.delay())))
        : ended(RunStatus.FAILED, state, now);
  }

  private static Decision timeOut(RunState state, long now) {
    return state instanceof Executing
        ? ended(RunStatus.TIMED_OUT, state, now)
        : new Refused("only an EXECUTING run times out");
  }

  private static Decision cancel(RunState state, long now) {
    return state instanceof Ended
        ? new Refused("it has ended")
        : ended(RunStatus.CANCELED, state, now);
  }

  private static Decision expire(RunState state, long now) {
    RunState held = state instanceof PendingVersion pending ? pending.held() : state;
    return held instanceof Queued queued && expired(queued, now)
        ? ended(RunStatus.EXPIRED, state, now)
        : new Refused("only a run that is past its time to live and was never started expires");
  }

  private static Decision hold(RunState state) {
    return state instanceof Queued || (state instanceof Waiting waiting && waiting.ready())
        ? new To(new PendingVersion(state))
        : new Refused("only a run that stands in its queue is held");
  }

  private static Decision release(RunState state) {
    return state instanceof PendingVersion pending
        ? new To(pending.held())
        : new Refused("only a PENDING_VERSION run is released");
  }

  private static Decision handBack(RunState state) {
    return state instanceof Executing executing
        ? new To(new Queued(executing.progress(), true, RunState.NEVER))
        : new Refused("only an EXECUTING run is handed back");
  }

  private static Decision recover(RunState state, RunCommand.Recover command, long now) {
    if (!(state instanceof Executing executing)) {
      return new Refused("only an EXECUTING run was cut off by the death of its process");
    }
    return executing.progress().attempt() < command.maxAttempts()
        ? new To(new Queued(executing.progress(), false, RunState.NEVER))
        : ended(RunStatus.CRASHED, state, now);
  }

  private static Decision reschedule(RunState state, RunCommand.Reschedule command, long now) {
    if (!(state instanceof Delayed)) {
      return new Refused("only a DELAYED run can be rescheduled");
    }
    return command.dueAt() > now
        ? new To(new Delayed(command.dueAt()))
        : new Refused("the new due time is past; trigger a new run to run now");
  }

  private static Decision giveUp(RunState state, long now) {
    return state instanceof Queued || state instanceof Executing
        ? ended(RunStatus.SYSTEM_FAILURE, state, now)
        : new Refused("only a run that is about to run is given up");
  }

  private static Decision ended(RunStatus status, RunState from, long now) {
    return new To(new Ended(status, from.progress(), now));
  }

  private static boolean expired(Queued queued, long now) {
    return !queued.progress().started() && queued.expiresAt() <= now;
  }

  private static long deadline(long ttl, long now) {
    return ttl == 0 ? RunState.NEVER : Math.addExact(now, ttl);
  }
}
