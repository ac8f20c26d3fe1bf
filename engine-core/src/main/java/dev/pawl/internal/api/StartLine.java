package dev.pawl.internal.api;

import dev.pawl.Limits;
import dev.pawl.Task;
import dev.pawl.internal.loop.Recovered;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What an engine says of itself in the log when it starts: where its store is and how durable, what
 * it has recovered, what it cannot run, and the bounds that operators ask for first.
 */
record StartLine(Core core, int maxConcurrency) {
  /** The line. */
  String text() {
    Recovered recovered = core.loop().recovered();
    Limits limits = core.limits();
    StringBuilder line = new StringBuilder("started: store ");
    line.append(core.reads().description());
    line.append("; ").append(core.registry().ids().size()).append(" tasks");
    line.append("; recovered ").append(recovered.runs()).append(" live runs");
    if (recovered.runs() > 0) {
      line.append(' ').append(recovered.found());
    }
    line.append(" in ").append(TimeUnit.NANOSECONDS.toMillis(recovered.nanos())).append(" ms");
    parked(line, "tasks that are not registered", recovered.withoutTask());
    parked(line, "lanes that this engine does not have", recovered.withoutLane());
    line.append("; maxConcurrency ").append(maxConcurrency);
    line.append(", maxPayloadBytes ").append(limits.maxPayloadBytes());
    line.append(", maxOutputBytes ").append(limits.maxOutputBytes());
    line.append(", triggerRate ");
    line.append(limits.triggerRate() == null ? "none" : limits.triggerRate());
    return line.toString();
  }

  /** What is most likely not meant of tasks that are registered. */
  List<String> suspicions(Collection<Task<?, ?>> tasks) {
    return Suspicions.in(tasks, core.registry().all(), maxConcurrency, core.defaultTtl());
  }

  private static void parked(StringBuilder line, String what, Map<String, Long> runs) {
    if (!runs.isEmpty()) {
      line.append("; parked for want of ").append(what).append(' ').append(runs);
    }
  }
}
