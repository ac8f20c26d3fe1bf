package dev.pawl.internal.lifecycle;

import static dev.pawl.internal.lifecycle.LifecycleCases.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.RunState.Delayed;
import dev.pawl.internal.lifecycle.RunState.Ended;
import dev.pawl.internal.lifecycle.RunState.Executing;
import dev.pawl.internal.lifecycle.RunState.PendingVersion;
import dev.pawl.internal.lifecycle.RunState.Queued;
import dev.pawl.internal.lifecycle.RunState.Retrying;
import dev.pawl.internal.lifecycle.RunState.Waiting;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every state with every command against a table that was written from the specification, not from
 * the code; and what must hold on every path, on many random ones.
 */
class LifecycleTest {
  private record Step(Where from, What command) {}

  /** What is not in here is refused. */
  private static final Map<Step, RunState> LEGAL = new HashMap<>();

  static {
    Progress first = new Progress(1, 1, NOW, NOW);
    Progress third = new Progress(3, 4, 400, NOW);
    Progress entered = new Progress(2, 4, 400, 700);
    Queued plain = new Queued(Progress.NONE, false, RunState.NEVER);
    Queued again = new Queued(SECOND, false, RunState.NEVER);

    legal(DELAYED_DUE, ENQUEUE, plain);
    legal(DELAYED_DUE, ENQUEUE_WITH_TTL, new Queued(Progress.NONE, false, NOW + 50));
    legal(DELAYED_LATER, RESCHEDULE, new Delayed(NOW + 90));
    legal(DELAYED_DUE, RESCHEDULE, new Delayed(NOW + 90));

    // The ttl counts only before the first start: a retry is enqueued without one.
    legal(RETRYING_DUE, ENQUEUE, again);
    legal(RETRYING_DUE, ENQUEUE_WITH_TTL, again);

    for (What start : List.of(START, START_ALIVE)) {
      legal(QUEUED_NEW, start, new Executing(first));
      legal(QUEUED_IN_TIME, start, new Executing(first));
      legal(QUEUED_LAPSED, start, new Ended(RunStatus.EXPIRED, Progress.NONE, NOW));
      legal(QUEUED_AGAIN, start, new Executing(third));
      legal(QUEUED_REPEAT, start, new Executing(entered));
    }
    legal(WAITING_READY, START, new Executing(entered));
    legal(WAITING_READY, START_ALIVE, new Executing(SECOND));

    legal(EXECUTING, PARK, new Waiting(SECOND, false));
    legal(WAITING_PARKED, WAKE, new Waiting(SECOND, true));

    legal(EXECUTING, COMPLETE, new Ended(RunStatus.COMPLETED, SECOND, NOW));
    legal(EXECUTING, FAIL, new Retrying(SECOND, NOW + 70));
    legal(EXECUTING, FAIL_LAST, new Ended(RunStatus.FAILED, SECOND, NOW));
    legal(EXECUTING, FAIL_FINALLY, new Ended(RunStatus.FAILED, SECOND, NOW));
    legal(EXECUTING, TIME_OUT, new Ended(RunStatus.TIMED_OUT, SECOND, NOW));
    legal(EXECUTING, HAND_BACK, new Queued(SECOND, true, RunState.NEVER));
    legal(EXECUTING, RECOVER, again);
    legal(EXECUTING, RECOVER_LAST, new Ended(RunStatus.CRASHED, SECOND, NOW));

    for (Where live : STATES) {
      if (!live.state().status().isTerminal()) {
        Progress progress = live.state().progress();
        legal(live, CANCEL, new Ended(RunStatus.CANCELED, progress, NOW));
      }
    }
    for (Where lapsed : List.of(QUEUED_LAPSED, HELD_LAPSED)) {
      legal(lapsed, EXPIRE, new Ended(RunStatus.EXPIRED, Progress.NONE, NOW));
    }
    for (Where inQueue :
        List.of(
            QUEUED_NEW,
            QUEUED_IN_TIME,
            QUEUED_LAPSED,
            QUEUED_AGAIN,
            QUEUED_REPEAT,
            WAITING_READY)) {
      legal(inQueue, HOLD, new PendingVersion(inQueue.state()));
    }
    legal(HELD_NEW, RELEASE, QUEUED_NEW.state());
    legal(HELD_IN_TIME, RELEASE, QUEUED_IN_TIME.state());
    legal(HELD_LAPSED, RELEASE, QUEUED_LAPSED.state());
    legal(HELD_AGAIN, RELEASE, QUEUED_AGAIN.state());
    legal(HELD_REPEAT, RELEASE, QUEUED_REPEAT.state());
    legal(HELD_READY, RELEASE, WAITING_READY.state());

    for (Where aboutToRun :
        List.of(
            QUEUED_NEW, QUEUED_IN_TIME, QUEUED_LAPSED, QUEUED_AGAIN, QUEUED_REPEAT, EXECUTING)) {
      Progress progress = aboutToRun.state().progress();
      legal(aboutToRun, GIVE_UP, new Ended(RunStatus.SYSTEM_FAILURE, progress, NOW));
    }
  }

  private static void legal(Where from, What command, RunState to) {
    assertThat(LEGAL.put(new Step(from, command), to)).isNull();
  }

  static Stream<Arguments> everyStateWithEveryCommand() {
    return STATES.stream()
        .flatMap(from -> COMMANDS.stream().map(command -> Arguments.of(from, command)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("everyStateWithEveryCommand")
  void everyStateAnswersEveryCommandAsSpecified(Where from, What command) {
    Decision decision = Lifecycle.decide(from.state(), command.command(), NOW);
    RunState expected = LEGAL.get(new Step(from, command));
    if (expected == null) {
      assertThat(decision).isInstanceOf(Decision.Refused.class);
    } else {
      assertThat(decision).isEqualTo(new Decision.To(expected));
    }
  }

  @Test
  void theTableHasEveryKindOfStateAndCommand() {
    assertThat(STATES.stream().<Class<?>>map(where -> where.state().getClass()))
        .contains(RunState.class.getPermittedSubclasses());
    assertThat(COMMANDS.stream().<Class<?>>map(what -> what.command().getClass()))
        .contains(RunCommand.class.getPermittedSubclasses());
    assertThat(STATES.stream().map(where -> where.state().status()))
        .containsAll(EnumSet.allOf(RunStatus.class));
  }

  @Test
  void onlyExecutingHoldsASlot() {
    for (Where where : STATES) {
      assertThat(where.state().holdsSlot())
          .as("%s", where)
          .isEqualTo(where.state().status() == RunStatus.EXECUTING);
    }
  }

  @Test
  void aRefusalFinishesTheSentence() {
    for (Where where : STATES) {
      for (What what : COMMANDS) {
        if (Lifecycle.decide(where.state(), what.command(), NOW)
            instanceof Decision.Refused refused) {
          assertThat(refused.why()).isNotBlank().doesNotEndWith(".");
        }
      }
    }
  }

  @Test
  void aNewRunIsDelayedOnlyWhereItIsDueLater() {
    assertThat(Lifecycle.created(NOW + 1, 50, NOW)).isEqualTo(new Delayed(NOW + 1));
    assertThat(Lifecycle.created(NOW, 50, NOW))
        .isEqualTo(new Queued(Progress.NONE, false, NOW + 50));
    assertThat(Lifecycle.created(NOW - 7, 50, NOW))
        .isEqualTo(new Queued(Progress.NONE, false, NOW + 50));
    assertThat(Lifecycle.created(NOW, 0, NOW)).isEqualTo(QUEUED_NEW.state());
  }

  @Test
  void aLateTimerDoesNotShortenTheTimeToLive() {
    assertThat(Lifecycle.decide(new Delayed(NOW - 1_000), new RunCommand.Enqueue(50), NOW))
        .isEqualTo(new Decision.To(new Queued(Progress.NONE, false, NOW + 50)));
  }

  @Test
  void aHeldRunWhoseTimeToLivePassedExpiresAtItsStart() {
    RunState released = to(Lifecycle.decide(HELD_IN_TIME.state(), RELEASE.command(), NOW));
    assertThat(to(Lifecycle.decide(released, START.command(), NOW + 1)).status())
        .isEqualTo(RunStatus.EXPIRED);
  }

  @Test
  void aDeadlineThatOutlivedTheFirstStartExpiresNothing() {
    Queued stale = new Queued(SECOND, false, NOW - 1);
    assertThat(Lifecycle.decide(stale, EXPIRE.command(), NOW)).isInstanceOf(Decision.Refused.class);
    assertThat(to(Lifecycle.decide(stale, START.command(), NOW)).status())
        .isEqualTo(RunStatus.EXECUTING);
  }

  @ParameterizedTest
  @EnumSource
  void aRunEndsOnlyInATerminalStatus(RunStatus status) {
    if (status.isTerminal()) {
      assertThat(new Ended(status, SECOND, NOW).status()).isEqualTo(status);
    } else {
      assertThatThrownBy(() -> new Ended(status, SECOND, NOW))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(status.name());
    }
  }

  @Test
  void whateverHappensTheRulesHold() {
    Set<RunStatus> seen = new HashSet<>();
    for (int seed = 0; seed < 10_000; seed++) {
      seen.addAll(walk(new Random(seed)));
    }
    assertThat(seen).containsExactlyInAnyOrder(RunStatus.values());
  }

  /** One life under random commands at random times; returns the statuses it went through. */
  private static Set<RunStatus> walk(Random random) {
    long now = NOW;
    long ttl = random.nextInt(4);
    int maxAttempts = 1 + random.nextInt(3);
    RunState state = Lifecycle.created(now + random.nextInt(4) - 1, ttl, now);
    Set<RunStatus> seen = EnumSet.of(state.status());
    List<Integer> attempts = new ArrayList<>();
    int entrances = 0;
    for (int i = 0; i < 60; i++) {
      now += random.nextInt(3);
      RunCommand command = command(random, now, ttl, maxAttempts);
      if (!(Lifecycle.decide(state, command, now) instanceof Decision.To decided)) {
        continue;
      }
      RunState next = decided.next();
      seen.add(next.status());
      assertThat(state.status().isTerminal()).as("%s left", state).isFalse();
      if (next.status() == RunStatus.EXPIRED) {
        assertThat(attempts).as("EXPIRED after a start").isEmpty();
        assertThat(state.status()).isNotIn(RunStatus.WAITING, RunStatus.RETRYING);
      }
      if (next instanceof Executing) {
        assertThat(state.status()).isIn(RunStatus.QUEUED, RunStatus.WAITING);
        boolean goesOn = state instanceof Waiting && command.equals(START_ALIVE.command());
        entrances += goesOn ? 0 : 1;
        if (next.progress().attempt() != state.progress().attempt()) {
          attempts.add(next.progress().attempt());
          assertThat(next.progress().startedAt()).isEqualTo(now);
        } else {
          assertThat(next.progress().startedAt()).isEqualTo(state.progress().startedAt());
        }
      } else {
        assertThat(next.progress()).as("progress without a start").isEqualTo(state.progress());
      }
      assertThat(next.progress().incarnation()).isEqualTo(entrances);
      state = next;
    }
    for (int n = 1; n <= attempts.size(); n++) {
      assertThat(attempts.get(n - 1)).isEqualTo(n);
    }
    assertThat(attempts).hasSizeLessThanOrEqualTo(maxAttempts);
    return seen;
  }

  private static RunCommand command(Random random, long now, long ttl, int maxAttempts) {
    // Rare, or every walk would end at once.
    if (random.nextInt(20) == 0) {
      return List.of(CANCEL, TIME_OUT, GIVE_UP, COMPLETE).get(random.nextInt(4)).command();
    }
    return switch (random.nextInt(12)) {
      case 0 -> new RunCommand.Enqueue(ttl);
      case 1 -> new RunCommand.Start(false);
      case 2 -> new RunCommand.Start(true);
      case 3 -> new RunCommand.Park();
      case 4 -> new RunCommand.Wake();
      case 5 -> new RunCommand.Fail(random.nextInt(5) > 0, random.nextInt(3), maxAttempts);
      case 6 -> new RunCommand.Expire();
      case 7 -> new RunCommand.Hold();
      case 8 -> new RunCommand.Release();
      case 9 -> new RunCommand.HandBack();
      case 10 -> new RunCommand.Recover(maxAttempts);
      default -> new RunCommand.Reschedule(now + random.nextInt(3));
    };
  }

  private static RunState to(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.To.class);
    return ((Decision.To) decision).next();
  }
}
