package dev.pawl;

import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
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

  /**
   * The time to live of its runs unless a trigger gives one; zero for explicitly none, null where
   * it is the engine's.
   */
  public @Nullable Duration ttl() {
    return definition.ttl;
  }

  /** How long an attempt may be active unless a trigger says otherwise; zero for no bound. */
  public Duration maxDuration() {
    return definition.maxDuration;
  }

  /** The machine preset its runs ask for unless a trigger names another, or null. */
  public @Nullable String machine() {
    return definition.machine;
  }

  /** What hears of the lives of its runs. */
  public Hooks<I, O> hooks() {
    return definition.hooks;
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
    private @Nullable Duration ttl;
    private Duration maxDuration = Duration.ZERO;
    private @Nullable String machine;
    private Hooks<I, O> hooks = Hooks.none();

    private Definition(TaskKey<I, O> key) {
      this.key = Objects.requireNonNull(key);
    }

    private Definition(Definition<I, O> from) {
      this.key = from.key;
      this.retry = from.retry;
      this.queue = from.queue;
      this.ttl = from.ttl;
      this.maxDuration = from.maxDuration;
      this.machine = from.machine;
      this.hooks = from.hooks;
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
     * EXPIRED}. {@link Duration#ZERO} means none, also against the engine's default. Default: the
     * engine's, which is none. A trigger's own {@code ttl} wins.
     *
     * @throws InvalidOptionException if it is negative or longer than 100 years
     */
    public Definition<I, O> ttl(Duration ttl) {
      Definition<I, O> copy = new Definition<>(this);
      copy.ttl = Durations.checkRange("ttl", ttl);
      return copy;
    }

    /** As {@link #ttl(Duration)}, with a duration such as {@code "1h30m"}. */
    public Definition<I, O> ttl(String ttl) {
      return ttl(Durations.parse("ttl", ttl));
    }

    /**
     * How long an attempt may be active; parked time does not count. Passing it interrupts the body
     * and ends the run {@code TIMED_OUT}, without a retry. Default: no bound. A trigger's own
     * {@code maxDuration} wins.
     *
     * @throws InvalidOptionException if it is zero, negative, or longer than 100 years; the engine
     *     refuses a task with one shorter than {@link Limits#minMaxDuration()}
     */
    public Definition<I, O> maxDuration(Duration maxDuration) {
      Definition<I, O> copy = new Definition<>(this);
      copy.maxDuration = Durations.positive("maxDuration", maxDuration);
      return copy;
    }

    /** As {@link #maxDuration(Duration)}, with a duration such as {@code "5m"}. */
    public Definition<I, O> maxDuration(String maxDuration) {
      return maxDuration(Durations.parse("maxDuration", maxDuration));
    }

    /**
     * The machine preset its runs ask for; see {@link TriggerOptions#machine}, which wins. Default:
     * none.
     *
     * @throws InvalidOptionException if the name is not 1 to 128 letters, digits and {@code _ - . /
     *     :}
     */
    public Definition<I, O> machine(String name) {
      Definition<I, O> copy = new Definition<>(this);
      copy.machine = Names.check("machine", name);
      return copy;
    }

    /**
     * Adds hooks, which hear of the lives of this task's runs:
     *
     * <pre>{@code
     * .hooks(hooks -> hooks.onFailure(run -> alert(run.id(), run.error().message())))
     * }</pre>
     *
     * May be called several times. Default: none; those of the engine are run besides.
     *
     * @param add gets the hooks so far, and returns all
     */
    public Definition<I, O> hooks(UnaryOperator<Hooks<I, O>> add) {
      Definition<I, O> copy = new Definition<>(this);
      copy.hooks = Objects.requireNonNull(add.apply(hooks));
      return copy;
    }

    /** The code: makes this a task. */
    public Task<I, O> run(TaskBody<I, O> body) {
      return new Task<>(this, Objects.requireNonNull(body));
    }
  }
}
