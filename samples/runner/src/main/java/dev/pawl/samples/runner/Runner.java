package dev.pawl.samples.runner;

import dev.pawl.Engine;
import dev.pawl.PawlException;
import dev.pawl.Task;
import dev.pawl.h2.H2Store;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An engine with the tasks of some jars, and a server in front of it. */
final class Runner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Runner.class);

  /** What of the time for a stop is kept for what comes after the bodies; less of a short one. */
  private static final Duration MAX_AFTERWARDS = Duration.ofSeconds(5);

  private final TaskJars jars;
  private final Engine engine;
  private final Web web;
  private final Duration stopTime;

  private Runner(TaskJars jars, Engine engine, Web web, Duration stopTime) {
    this.jars = jars;
    this.engine = engine;
    this.web = web;
    this.stopTime = stopTime;
  }

  /**
   * Starts a runner. Nothing is executed unless all of it has started.
   *
   * @throws UsageException if it was told what cannot be
   * @throws PawlException if the store cannot be opened
   */
  static Runner start(RunnerConfig config, @Nullable SecretKey key, Web.Patience patience)
      throws UsageException {
    if (key == null && !config.address().isLoopbackAddress()) {
      throw new UsageException(
          config.address().getHostAddress()
              + " can be reached from elsewhere: set the environment variable "
              + SecretKey.VARIABLE
              + " to the token that clients have to show, or listen on 127.0.0.1");
    }
    TaskJars jars = TaskJars.load(config.tasks());
    Engine engine = null;
    try {
      // Inherited by the engine's threads, and so by the bodies.
      Thread.currentThread().setContextClassLoader(jars.loader());
      PrometheusMeterRegistry meters = meters();
      engine = open(config, jars, meters);
      Web web = Web.start(config, key, routes(engine, meters), patience);
      engine.start();
      log.info("listens on {} with the tasks {}", web.url(), names(jars));
      return new Runner(jars, engine, web, config.stopTime());
    } catch (UsageException | RuntimeException | Error e) {
      if (engine != null) {
        engine.close(Duration.ZERO);
      }
      jars.close();
      throw e;
    }
  }

  private static PrometheusMeterRegistry meters() {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    return meters;
  }

  private static Engine open(RunnerConfig config, TaskJars jars, PrometheusMeterRegistry meters) {
    return Engine.builder()
        .store(H2Store.file(config.store()).durability(config.durability()))
        .register(jars.tasks().toArray(Task<?, ?>[]::new))
        .maxConcurrency(config.maxConcurrency())
        .retention(config.retention())
        .meterRegistry(meters)
        .open();
  }

  /** Everything that can be asked for. */
  static List<Route> routes(Engine engine, PrometheusMeterRegistry meters) {
    List<Route> routes = new ArrayList<>(new Status(engine, meters).routes());
    routes.addAll(new RunRoutes(engine).routes());
    routes.addAll(new BatchRoutes(engine).routes());
    routes.addAll(new QueueRoutes(engine).routes());
    return routes;
  }

  private static String names(TaskJars jars) {
    return jars.tasks().stream().map(Task::id).collect(Collectors.joining(", "));
  }

  int port() {
    return web.port();
  }

  Engine engine() {
    return engine;
  }

  /**
   * Stops within the time that it has for that, as far as it depends on it. Bodies get most of the
   * time to end; those that do not are handed back and started again by the next runner. Until they
   * are over the server answers that the engine is closed.
   */
  @Override
  public void close() {
    Duration third = stopTime.dividedBy(3);
    Duration afterwards = third.compareTo(MAX_AFTERWARDS) < 0 ? third : MAX_AFTERWARDS;
    engine.close(stopTime.minus(afterwards));
    web.close();
    jars.close();
  }
}
