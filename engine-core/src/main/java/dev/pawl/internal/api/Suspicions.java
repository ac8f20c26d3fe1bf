package dev.pawl.internal.api;

import dev.pawl.Queue;
import dev.pawl.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Settings that are legal and most likely not meant. Each is a warning in the log when its task is
 * registered, and nothing more: whoever means it leaves it as it is.
 */
final class Suspicions {
  /** The finest step of the duration grammar; what is shorter was meant in another unit. */
  private static final Duration GRAIN = Duration.ofSeconds(1);

  private final int maxConcurrency;
  private final List<String> found = new ArrayList<>();
  private final Map<String, Task<?, ?>> declared = new HashMap<>();

  private Suspicions(int maxConcurrency) {
    this.maxConcurrency = maxConcurrency;
  }

  /**
   * What is suspicious, a sentence each, in the order of the tasks' ids.
   *
   * @param tasks those to look at
   * @param all these and those that are registered already, which theirs may contradict
   * @param defaultTtl the engine's time to live, zero for none
   */
  static List<String> in(
      Collection<Task<?, ?>> tasks,
      Collection<Task<?, ?>> all,
      int maxConcurrency,
      Duration defaultTtl) {
    Suspicions suspicions = new Suspicions(maxConcurrency);
    List<Task<?, ?>> others = all.stream().filter(task -> !tasks.contains(task)).toList();
    if (others.isEmpty() && isShort(defaultTtl)) { // said once, not with each task that is added
      suspicions.found.add("the defaultTtl " + defaultTtl + " is shorter than a second");
    }
    others.stream()
        .sorted(Comparator.comparing(Task::id))
        .forEach(task -> suspicions.declared.putIfAbsent(task.queue().name(), task));
    tasks.stream().sorted(Comparator.comparing(Task::id)).forEach(suspicions::look);
    return suspicions.found;
  }

  private static boolean isShort(Duration ttl) {
    return !ttl.isZero() && ttl.compareTo(GRAIN) < 0;
  }

  private void look(Task<?, ?> task) {
    Duration ttl = task.ttl();
    if (ttl != null && isShort(ttl)) {
      add(
          task,
          "has the ttl "
              + ttl
              + ", which is shorter than a second: runs that wait for a slot"
              + " will expire");
    }
    Queue queue = task.queue();
    String named = "the queue \"" + queue.name() + "\"";
    OptionalInt limit = queue.concurrencyLimit();
    OptionalInt total = queue.totalLimit();
    if (isAbove(limit, maxConcurrency) || isAbove(total, maxConcurrency)) {
      add(
          task,
          "gives "
              + named
              + " a limit above the engine's maxConcurrency "
              + maxConcurrency
              + ", which counts before");
    }
    if (limit.isPresent() && total.isPresent() && limit.getAsInt() > total.getAsInt()) {
      add(task, "gives each key of " + named + " more slots than all of them have together");
    }
    if (limit.orElse(1) == 0 || total.orElse(1) == 0) {
      add(task, "gives " + named + " the limit 0: nothing starts until that is changed");
    }
    Task<?, ?> other = declared.putIfAbsent(queue.name(), task);
    if (other != null && !sameLimits(queue, other.queue())) {
      add(
          task,
          "gives "
              + named
              + " other limits than task \""
              + other.id()
              + "\" does, and the"
              + " last one counts");
    }
  }

  private static boolean isAbove(OptionalInt limit, int most) {
    return limit.isPresent() && limit.getAsInt() != Integer.MAX_VALUE && limit.getAsInt() > most;
  }

  private static boolean sameLimits(Queue one, Queue other) {
    return one.concurrencyLimit().equals(other.concurrencyLimit())
        && one.totalLimit().equals(other.totalLimit())
        && one.maxQueued().equals(other.maxQueued());
  }

  private void add(Task<?, ?> task, String what) {
    found.add("task \"" + task.id() + "\" " + what);
  }
}
