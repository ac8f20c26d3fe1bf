package dev.pawl.internal.loop;

import dev.pawl.RunError;
import dev.pawl.RunStatus;
import dev.pawl.internal.exec.OneLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of the log for each run that has ended in failure; none for an attempt that is retried,
 * and none for what somebody has wanted: a cancel, a time to live. The stack trace stands in the
 * run. A logger of its own, so that an application which handles failures itself can turn it off.
 */
final class FailureLog {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.runs");

  private FailureLog() {}

  /** A run has ended with an error in this turn. */
  static void ended(Turn turn, LiveRun run, RunStatus status, RunError error) {
    switch (status) {
      case FAILED, CRASHED, TIMED_OUT, SYSTEM_FAILURE -> {
        if (log.isWarnEnabled()) {
          int attempt = run.state.progress().attempt();
          turn.tell(() -> log(run, status, attempt, error));
        }
      }
      default -> {}
    }
  }

  private static void log(LiveRun run, RunStatus status, int attempt, RunError error) {
    log.warn(
        "run {} of task \"{}\" in queue \"{}\" has ended {} in attempt {} of {}: {}",
        Ids.run(run.id()),
        run.taskId,
        run.queue,
        status,
        attempt,
        run.maxAttempts,
        OneLine.summary(error.summary()));
  }
}
