package dev.pawl.internal.lifecycle;

import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.RunState.Delayed;
import dev.pawl.internal.lifecycle.RunState.Ended;
import dev.pawl.internal.lifecycle.RunState.Executing;
import dev.pawl.internal.lifecycle.RunState.PendingVersion;
import dev.pawl.internal.lifecycle.RunState.Queued;
import dev.pawl.internal.lifecycle.RunState.Retrying;
import dev.pawl.internal.lifecycle.RunState.Waiting;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A representative of every kind of state and of every kind of command, at {@link #NOW}. */
final class LifecycleCases {
  static final long NOW = 1_000_000;
  static final int MAX_ATTEMPTS = 3;

  /** In the second of three attempts, after its body was entered three times. */
  static final Progress SECOND = new Progress(2, 3, 400, 700);

  record Where(String words, RunState state) {
    @Override
    public String toString() {
      return words;
    }
  }

  record What(String words, RunCommand command) {
    @Override
    public String toString() {
      return words;
    }
  }

  static final Where DELAYED_LATER = new Where("not yet due", new Delayed(NOW + 1));
  static final Where DELAYED_DUE = new Where("due", new Delayed(NOW));
  static final Where QUEUED_NEW = queued("never started, no ttl", Progress.NONE, false);
  static final Where QUEUED_IN_TIME =
      new Where("never started, within its ttl", new Queued(Progress.NONE, false, NOW + 1));
  static final Where QUEUED_LAPSED =
      new Where("never started, past its ttl", new Queued(Progress.NONE, false, NOW));
  static final Where QUEUED_AGAIN = queued("for its next attempt", SECOND, false);
  static final Where QUEUED_REPEAT = queued("to repeat its attempt", SECOND, true);
  static final Where EXECUTING = new Where("in its attempt", new Executing(SECOND));
  static final Where RETRYING_LATER = new Where("still backing off", new Retrying(SECOND, NOW + 1));
  static final Where RETRYING_DUE = new Where("back-off is over", new Retrying(SECOND, NOW));
  static final Where WAITING_PARKED = new Where("parked", new Waiting(SECOND, false));
  static final Where WAITING_READY = new Where("wait is over", new Waiting(SECOND, true));
  static final Where HELD_NEW = held(QUEUED_NEW);
  static final Where HELD_IN_TIME = held(QUEUED_IN_TIME);
  static final Where HELD_LAPSED = held(QUEUED_LAPSED);
  static final Where HELD_AGAIN = held(QUEUED_AGAIN);
  static final Where HELD_REPEAT = held(QUEUED_REPEAT);
  static final Where HELD_READY = held(WAITING_READY);
  static final List<Where> ENDED =
      Arrays.stream(RunStatus.values())
          .filter(RunStatus::isTerminal)
          .map(status -> new Where("for good", new Ended(status, SECOND, 900)))
          .toList();

  static final List<Where> STATES =
      Stream.concat(
              Stream.of(
                  DELAYED_LATER,
                  DELAYED_DUE,
                  QUEUED_NEW,
                  QUEUED_IN_TIME,
                  QUEUED_LAPSED,
                  QUEUED_AGAIN,
                  QUEUED_REPEAT,
                  EXECUTING,
                  RETRYING_LATER,
                  RETRYING_DUE,
                  WAITING_PARKED,
                  WAITING_READY,
                  HELD_NEW,
                  HELD_IN_TIME,
                  HELD_LAPSED,
                  HELD_AGAIN,
                  HELD_REPEAT,
                  HELD_READY),
              ENDED.stream())
          .toList();

  static final What ENQUEUE = new What("enqueue", new RunCommand.Enqueue(0));
  static final What ENQUEUE_WITH_TTL = new What("enqueue with a ttl", new RunCommand.Enqueue(50));
  static final What START = new What("start", new RunCommand.Start(false));
  static final What START_ALIVE =
      new What("start, body parked in this process", new RunCommand.Start(true));
  static final What PARK = new What("park", new RunCommand.Park());
  static final What WAKE = new What("wake", new RunCommand.Wake());
  static final What COMPLETE = new What("complete", new RunCommand.Complete());
  static final What FAIL =
      new What("fail, attempts left", new RunCommand.Fail(true, 70, MAX_ATTEMPTS));
  static final What FAIL_LAST =
      new What("fail, no attempt left", new RunCommand.Fail(true, 70, SECOND.attempt()));
  static final What FAIL_FINALLY =
      new What("fail, not retryable", new RunCommand.Fail(false, 70, MAX_ATTEMPTS));
  static final What TIME_OUT = new What("time out", new RunCommand.TimeOut());
  static final What CANCEL = new What("cancel", new RunCommand.Cancel());
  static final What EXPIRE = new What("expire", new RunCommand.Expire());
  static final What HOLD = new What("hold", new RunCommand.Hold());
  static final What RELEASE = new What("release", new RunCommand.Release());
  static final What HAND_BACK = new What("hand back", new RunCommand.HandBack());
  static final What RECOVER =
      new What("recover, attempts left", new RunCommand.Recover(MAX_ATTEMPTS));
  static final What RECOVER_LAST =
      new What("recover, no attempt left", new RunCommand.Recover(SECOND.attempt()));
  static final What RESCHEDULE =
      new What("reschedule to the future", new RunCommand.Reschedule(NOW + 90));
  static final What RESCHEDULE_TO_NOW =
      new What("reschedule to the present", new RunCommand.Reschedule(NOW));
  static final What GIVE_UP = new What("give up", new RunCommand.GiveUp());

  static final List<What> COMMANDS =
      List.of(
          ENQUEUE,
          ENQUEUE_WITH_TTL,
          START,
          START_ALIVE,
          PARK,
          WAKE,
          COMPLETE,
          FAIL,
          FAIL_LAST,
          FAIL_FINALLY,
          TIME_OUT,
          CANCEL,
          EXPIRE,
          HOLD,
          RELEASE,
          HAND_BACK,
          RECOVER,
          RECOVER_LAST,
          RESCHEDULE,
          RESCHEDULE_TO_NOW,
          GIVE_UP);

  private LifecycleCases() {}

  private static Where queued(String words, Progress progress, boolean repeat) {
    return new Where(words, new Queued(progress, repeat, RunState.NEVER));
  }

  private static Where held(Where ready) {
    return new Where(
        "held " + ready.state().status() + ", " + ready.words(), new PendingVersion(ready.state()));
  }
}
