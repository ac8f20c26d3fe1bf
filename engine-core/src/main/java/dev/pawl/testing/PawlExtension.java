package dev.pawl.testing;

import dev.pawl.Engine;
import dev.pawl.EngineBuilder;
import dev.pawl.Task;
import dev.pawl.spi.StoreProvider;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a fresh engine that is started, as a parameter of type {@link TestEngine} or
 * {@link Engine}; needs JUnit Jupiter. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final PawlExtension pawl = PawlExtension.inMemory().register(REMIND);
 * }</pre>
 *
 * <p>After the test the engine is closed: bodies that wait for the test are interrupted. A body
 * whose thread has not ended five seconds later is a leak, and fails the test, unless that has
 * failed already.
 *
 * <p>Nothing of a test is kept in this object, so that tests may be nested and run in parallel.
 */
public final class PawlExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  /** What bodies get to end after their interrupt, in real time. */
  private static final Duration UNWIND = Duration.ofSeconds(5);

  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private final Supplier<? extends StoreProvider> store;
  private final UnaryOperator<EngineBuilder> settings;
  private final Instant start;

  private PawlExtension(
      Supplier<? extends StoreProvider> store,
      UnaryOperator<EngineBuilder> settings,
      Instant start) {
    this.store = store;
    this.settings = settings;
    this.start = start;
  }

  /** Engines that keep their runs in memory. */
  public static PawlExtension inMemory() {
    return new PawlExtension(InMemoryStore::new, UnaryOperator.identity(), TestEngine.START);
  }

  /** Tasks that each engine can run; may be called several times. */
  public PawlExtension register(Task<?, ?>... tasks) {
    List<Task<?, ?>> copy = List.of(tasks);
    return configure(builder -> builder.register(copy.toArray(Task<?, ?>[]::new)));
  }

  /**
   * Where runs are kept instead.
   *
   * @param store called once for each test, and gives a store with no runs
   */
  public PawlExtension store(Supplier<? extends StoreProvider> store) {
    return new PawlExtension(Objects.requireNonNull(store), settings, start);
  }

  /** What else each engine is made of; several are applied one after the other. */
  public PawlExtension configure(UnaryOperator<EngineBuilder> further) {
    Objects.requireNonNull(further);
    return new PawlExtension(store, builder -> further.apply(settings.apply(builder)), start);
  }

  /** Where the clock stands at first; {@link TestEngine#START} if not called. */
  public PawlExtension startAt(Instant time) {
    return new PawlExtension(store, settings, Objects.requireNonNull(time));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    mine(context).put(TestEngine.class, TestEngine.start(start, store.get(), settings));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestEngine engine = mine(context).remove(TestEngine.class, TestEngine.class);
    if (engine == null) {
      return; // it could not be started, which is why the test failed
    }
    engine.close();
    List<String> left = left(engine);
    if (left.isEmpty()) {
      return;
    }
    AssertionError leak =
        new AssertionError(
            "a body must end when it is interrupted; left after "
                + UNWIND
                + ":\n"
                + String.join("\n", left));
    context
        .getExecutionException()
        .ifPresentOrElse(
            failure -> failure.addSuppressed(leak),
            () -> {
              throw leak;
            });
  }

  private static List<String> left(TestEngine engine) {
    long deadline = System.nanoTime() + UNWIND.toNanos();
    while (!engine.allBodiesEnded() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    return engine.bodiesLeft();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return (type == TestEngine.class || type == Engine.class)
        && !(parameter.getDeclaringExecutable() instanceof Constructor)
        && context.getTestMethod().isPresent();
  }

  @Override
  public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return mine(context).get(TestEngine.class);
  }

  private ExtensionContext.Store mine(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(PawlExtension.class, this));
  }
}
