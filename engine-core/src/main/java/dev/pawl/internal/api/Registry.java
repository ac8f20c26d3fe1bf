package dev.pawl.internal.api;

import dev.pawl.DuplicateTaskException;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.UnknownTaskException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tasks of an engine, by id. Any thread may call. */
final class Registry {
  private static final int SIMILAR = 3;
  private final Map<String, Task<?, ?>> tasks = new ConcurrentHashMap<>();
  private final Retry defaultRetry;

  Registry(List<Task<?, ?>> tasks, Retry defaultRetry) {
    this.defaultRetry = defaultRetry;
    addAll(tasks);
  }

  /**
   * Adds all tasks, or none.
   *
   * @throws DuplicateTaskException if two tasks have one id
   */
  void addAll(List<Task<?, ?>> added) {
    List<Task<?, ?>> done = new ArrayList<>();
    try {
      for (Task<?, ?> task : added) {
        add(task);
        done.add(task);
      }
    } catch (DuplicateTaskException e) {
      done.forEach(this::remove);
      throw e;
    }
  }

  private void add(Task<?, ?> task) {
    Task<?, ?> present = tasks.putIfAbsent(task.id(), task);
    if (present != null) {
      throw new DuplicateTaskException(
          "a task \"" + task.id() + "\" is registered already; each task needs an id of its own");
    }
  }

  /** Takes a task out again. */
  void remove(Task<?, ?> task) {
    tasks.remove(task.id(), task);
  }

  /**
   * The task of an id.
   *
   * @throws UnknownTaskException naming ids that look alike
   */
  Task<?, ?> require(String id) {
    Task<?, ?> task = tasks.get(id);
    if (task == null) {
      throw new UnknownTaskException(id, similarTo(id));
    }
    return task;
  }

  @Nullable Task<?, ?> find(String id) {
    return tasks.get(id);
  }

  Set<String> ids() {
    return Set.copyOf(tasks.keySet());
  }

  List<Queue> queues() {
    return tasks.values().stream().map(Task::queue).toList();
  }

  /** The policy of a task: its own, or the engine's. */
  Retry retryPolicy(String taskId) {
    Task<?, ?> task = tasks.get(taskId);
    Retry own = task == null ? null : task.retry();
    return own == null ? defaultRetry : own;
  }

  private List<String> similarTo(String id) {
    int tolerated = Math.max(2, id.length() / 3);
    return tasks.keySet().stream()
        .filter(known -> EditDistance.between(id, known) <= tolerated || known.contains(id))
        .sorted(
            Comparator.comparingInt((String known) -> EditDistance.between(id, known))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SIMILAR)
        .toList();
  }
}
