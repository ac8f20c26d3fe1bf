package dev.pawl.samples.runner;

import dev.pawl.Engine;
import dev.pawl.Health;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** What those who watch over the process ask for. */
final class Status {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Engine engine;
  private final PrometheusMeterRegistry meters;

  Status(Engine engine, PrometheusMeterRegistry meters) {
    this.engine = engine;
    this.meters = meters;
  }

  List<Route> routes() {
    return List.of(
        Route.get(Gate.HEALTH, this::health),
        Route.get("/v1/health", call -> Answer.json(engine.health())),
        Route.get("/metrics", this::metrics));
  }

  /** Without the reason: whoever may not ask for anything else may ask for this. */
  private record HealthView(Health.Status status) {}

  private Answer health(Call call) {
    Health health = engine.health();
    return Answer.json(health.isUp() ? 200 : 503, new HealthView(health.status()));
  }

  private Answer metrics(Call call) {
    return Answer.text(PROMETHEUS, meters.scrape(PROMETHEUS));
  }
}
