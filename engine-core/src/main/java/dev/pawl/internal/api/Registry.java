package dev.pawl.internal.api;

import dev.pawl.DuplicateTaskException;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.TypeRef;
import dev.pawl.UnknownTaskException;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.QueueRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tasks of an engine, by id. Any thread may call. */
final class Registry {
  private final Map<String, Task<?, ?>> tasks = new ConcurrentHashMap<>();
  private final Retry defaultRetry;
  private final Limits limits;
  private final PayloadCodec codec;

  Registry(List<Task<?, ?>> tasks, Retry defaultRetry, Limits limits, PayloadCodec codec) {
    this.defaultRetry = defaultRetry;
    this.limits = limits;
    this.codec = codec;
    addAll(tasks);
  }

  /**
   * Adds all tasks, or none.
   *
   * @throws DuplicateTaskException if two tasks have one id
   * @throws InvalidOptionException if the {@code maxDuration} of one is too short, or the codec
   *     cannot encode and decode its types
   */
  void addAll(List<Task<?, ?>> added) {
    List<Task<?, ?>> done = new ArrayList<>();
    try {
      for (Task<?, ?> task : added) {
        add(task);
        done.add(task);
      }
    } catch (PawlException e) {
      done.forEach(this::remove);
      throw e;
    }
  }

  private void add(Task<?, ?> task) {
    if (!task.maxDuration().isZero()) {
      checkMaxDuration(limits, "the maxDuration of task \"" + task.id() + "\"", task.maxDuration());
    }
    bind(task, "payload", task.inputType());
    bind(task, "output", task.outputType());
    Task<?, ?> present = tasks.putIfAbsent(task.id(), task);
    if (present != null) {
      throw new DuplicateTaskException(
          "a task \"" + task.id() + "\" is registered already; each task needs an id of its own");
    }
  }

  private void bind(Task<?, ?> task, String what, TypeRef<?> type) {
    try {
      codec.bind(type.type());
    } catch (Exception e) {
      throw new InvalidOptionException(
          "task \""
              + task.id()
              + "\" cannot be registered: its "
              + what
              + " type "
              + type
              + " cannot be written and read by the codec: "
              + e.getMessage(),
          e);
    }
  }

  /** All tasks. */
  Collection<Task<?, ?>> all() {
    return tasks.values();
  }

  /**
   * Checks how long an attempt may be active.
   *
   * @throws InvalidOptionException if that is shorter than the engine allows
   */
  static void checkMaxDuration(Limits limits, String what, Duration maxDuration) {
    if (maxDuration.compareTo(limits.minMaxDuration()) < 0) {
      throw new InvalidOptionException(
          what
              + " is "
              + maxDuration
              + "; the shortest that this engine allows (Limits.minMaxDuration) is "
              + limits.minMaxDuration());
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
      throw new UnknownTaskException(id, Similar.to(id, tasks.keySet()));
    }
    return task;
  }

  @Nullable Task<?, ?> find(String id) {
    return tasks.get(id);
  }

  Set<String> ids() {
    return Set.copyOf(tasks.keySet());
  }

  /** The queues that all tasks declare, in the order of the tasks' ids. */
  List<Queue> queues() {
    return queues(tasks.values());
  }

  /**
   * The queues that tasks declare, in the order of their ids, so that of two declarations of one
   * queue the same one counts each time. What a task does not say of its own queue is unlimited: a
   * limit that is gone from the code is gone.
   */
  static List<Queue> queues(Collection<Task<?, ?>> tasks) {
    return tasks.stream()
        .sorted(Comparator.comparing(Task::id))
        .map(task -> task.queue().name().equals("task/" + task.id()) ? own(task) : task.queue())
        .toList();
  }

  private static Queue own(Task<?, ?> task) {
    Queue queue = task.queue();
    return queue
        .concurrencyLimit(queue.concurrencyLimit().orElse(QueueRow.UNLIMITED))
        .totalLimit(queue.totalLimit().orElse(QueueRow.UNLIMITED))
        .maxQueued(queue.maxQueued().orElse(QueueRow.UNLIMITED));
  }

  /** The policy of a task: its own, or the engine's. */
  Retry retryPolicy(String taskId) {
    Task<?, ?> task = tasks.get(taskId);
    Retry own = task == null ? null : task.retry();
    return own == null ? defaultRetry : own;
  }
}
