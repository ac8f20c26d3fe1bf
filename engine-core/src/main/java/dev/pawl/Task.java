package dev.pawl;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named, typed piece of code that runs can be triggered of. Immutable; one constant per task is
 * usual.
 *
 * <pre>{@code
 * static final Task<Email, Receipt> SEND_EMAIL =
 *     Task.define("send-email", Email.class, Receipt.class)
 *         .retry(Retry.exponential().maxAttempts(5))
 *         .run((email, run) -> new Receipt(mailer.send(email.to(), "Hello " + email.name())));
 * }</pre>
 *
 * @param <I> the payload type
 * @param <O> the output type
 */
public final class Task<I extends @Nullable Object, O extends @Nullable Object>
    implements TaskRef<I, O> {
  private final Definition<I, O> definition;
  private final TaskBody<I, O> body;

  private Task(Definition<I, O> definition, TaskBody<I, O> body) {
    this.definition = definition;
    this.body = body;
  }

  /**
   * Begins a task.
   *
   * @param id 1 to 128 letters, digits and {@code _ - . / :}, unique in an engine
   * @throws InvalidOptionException if the id is not a valid one
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> Definition<I, O> define(
      String id, Class<I> input, Class<O> output) {
    return define(TaskKey.of(id, input, output));
  }

  /** As {@link #define(String, Class, Class)}, for types with type arguments. */
  public static <I extends @Nullable Object, O extends @Nullable Object> Definition<I, O> define(
      String id, TypeRef<I> input, TypeRef<O> output) {
    return define(TaskKey.of(id, input, output));
  }

  /** Adds the code to a key. */
  public static <I extends @Nullable Object, O extends @Nullable Object> Definition<I, O> define(
      TaskKey<I, O> key) {
    return new Definition<>(key);
  }

  @Override
  public String id() {
    return definition.key.id();
  }

  @Override
  public TypeRef<I> inputType() {
    return definition.key.inputType();
  }

  @Override
  public TypeRef<O> outputType() {
    return definition.key.outputType();
  }

  /** Id and types, without the code. */
  public TaskKey<I, O> key() {
    return definition.key;
  }

  /** The code. */
  public TaskBody<I, O> body() {
    return body;
  }

  /** The retry policy, or null to use the engine's. */
  public @Nullable Retry retry() {
    return definition.retry;
  }

  /**
   * The queue its runs stand in unless a trigger names another; by default its own, {@code
   * task/<id>}, unlimited.
   */
  public Queue queue() {
    return definition.queue == null ? Queue.ofTask(id()) : definition.queue;
  }

  /** The time to live of its runs unless a trigger gives one; zero means the engine's default. */
  public Duration ttl() {
    return definition.ttl;
  }

  @Override
  public String toString() {
    return "Task[" + id() + "]";
  }

  /** A task that has no code yet. Immutable: each method returns a changed copy. */
  public static final class Definition<I extends @Nullable Object, O extends @Nullable Object> {
    private final TaskKey<I, O> key;
    private @Nullable Retry retry;
    private @Nullable Queue queue;
    private Duration ttl = Duration.ZERO;

    private Definition(TaskKey<I, O> key) {
      this.key = Objects.requireNonNull(key);
    }

    private Definition(Definition<I, O> from) {
      this.key = from.key;
      this.retry = from.retry;
      this.queue = from.queue;
      this.ttl = from.ttl;
    }

    /** How failed attempts are retried. Default: the engine's policy. */
    public Definition<I, O> retry(Retry retry) {
      Definition<I, O> copy = new Definition<>(this);
      copy.retry = Objects.requireNonNull(retry);
      return copy;
    }

    /** The queue its runs stand in. Default: a queue of its own without a limit. */
    public Definition<I, O> queue(Queue queue) {
      Definition<I, O> copy = new Definition<>(this);
      copy.queue = Objects.requireNonNull(queue);
      return copy;
    }

    /**
     * Limits the task's own queue; short for {@code
     * queue(Queue.named("task/<id>").concurrencyLimit(limit))}.
     */
    public Definition<I, O> concurrencyLimit(int limit) {
      return queue(Queue.ofTask(key.id()).concurrencyLimit(limit));
    }

    /**
     * How long a run may stand in its queue before its first start; after that it ends {@code
     * EXPIRED}. Default: the engine's, which is none. A trigger's own {@code ttl} wins.
     *
     * @throws InvalidOptionException if it is zero, negative, or longer than 100 years
     */
    public Definition<I, O> ttl(Duration ttl) {
      Definition<I, O> copy = new Definition<>(this);
      copy.ttl = Durations.positive("ttl", ttl);
      return copy;
    }

    /** As {@link #ttl(Duration)}, with a duration such as {@code "1h30m"}. */
    public Definition<I, O> ttl(String ttl) {
      return ttl(Durations.parse("ttl", ttl));
    }

    /** The code: makes this a task. */
    public Task<I, O> run(TaskBody<I, O> body) {
      return new Task<>(this, Objects.requireNonNull(body));
    }
  }
}
