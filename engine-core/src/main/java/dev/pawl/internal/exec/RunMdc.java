package dev.pawl.internal.exec;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The entries of SLF4J's MDC by which the log of a body tells its run: {@code pawl.task}, {@code
 * pawl.run}, {@code pawl.attempt} and {@code pawl.queue}. What an application has put there under
 * the same keys is put back.
 */
public record RunMdc(String task, String run, int attempt, String queue) implements Scene {
  private static final String TASK = "pawl.task";
  private static final String RUN = "pawl.run";
  private static final String ATTEMPT = "pawl.attempt";
  private static final String QUEUE = "pawl.queue";

  @Override
  public Runnable enter() {
    String formerTask = MDC.get(TASK);
    String formerRun = MDC.get(RUN);
    String formerAttempt = MDC.get(ATTEMPT);
    String formerQueue = MDC.get(QUEUE);
    MDC.put(TASK, task);
    MDC.put(RUN, run);
    MDC.put(ATTEMPT, Integer.toString(attempt));
    MDC.put(QUEUE, queue);
    return () -> {
      restore(TASK, formerTask);
      restore(RUN, formerRun);
      restore(ATTEMPT, formerAttempt);
      restore(QUEUE, formerQueue);
    };
  }

  private static void restore(String key, @Nullable String former) {
    if (former == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, former);
    }
  }
}
