package dev.pawl.internal.metrics;

import dev.pawl.TriggerOutcome;
import dev.pawl.internal.loop.Recovered;
import dev.pawl.internal.loop.Standing;
import dev.pawl.internal.loop.Tally;
import dev.pawl.spi.Changes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What the loop does: triggers, commits, recoveries, retention. On the loop's thread. */
final class LoopMeters implements Tally {
  private final MeterRegistry registry;
  private final Tags common;
  private final Consumer<Standing> gauges;
  private final Guard guard;
  private final Map<Triggered, Counter> triggers = new HashMap<>();
  private final Timer commits;
  private final DistributionSummary changes;
  private final Counter failures;
  private final Timer lateness;
  private final Timer recoveries;
  private final Counter deletedRuns;
  private final Counter deletedBatches;

  private record Triggered(String taskId, TriggerOutcome outcome) {}

  LoopMeters(MeterRegistry registry, Tags common, Consumer<Standing> gauges, Guard guard) {
    this.registry = registry;
    this.common = common;
    this.gauges = gauges;
    this.guard = guard;
    this.commits =
        Timer.builder("pawl.commit.duration")
            .description("commits, until they were durable")
            .tags(common)
            .register(registry);
    this.changes =
        DistributionSummary.builder("pawl.commit.changes")
            .description("rows that a commit inserts, replaces or deletes")
            .baseUnit("rows")
            .tags(common)
            .register(registry);
    this.failures =
        Counter.builder("pawl.commit.failures")
            .description("attempts to commit that the store has refused; each is repeated")
            .tags(common)
            .register(registry);
    this.lateness =
        Timer.builder("pawl.scheduler.lag")
            .description("from when something was due to when the loop came to it")
            .tags(common)
            .register(registry);
    this.recoveries =
        Timer.builder("pawl.recovery.duration")
            .description("what taking the store over took")
            .tags(common)
            .register(registry);
    this.deletedRuns = deleted("run");
    this.deletedBatches = deleted("batch");
  }

  private Counter deleted(String kind) {
    return Counter.builder("pawl.retention.deleted")
        .description("what retention has deleted")
        .tags(common)
        .tag(Names.KIND, kind)
        .register(registry);
  }

  @Override
  public boolean counts() {
    return true;
  }

  @Override
  public void triggered(String taskId, TriggerOutcome outcome) {
    guard.run(
        () -> triggers.computeIfAbsent(new Triggered(taskId, outcome), this::counter).increment());
  }

  private Counter counter(Triggered triggered) {
    return Counter.builder("pawl.triggers")
        .description("triggers that were accepted, each item of a batch by itself")
        .tags(common)
        .tag(Names.TASK, triggered.taskId)
        .tag(Names.OUTCOME, Names.of(triggered.outcome))
        .register(registry);
  }

  @Override
  public void committed(Changes committed, long nanos) {
    guard.run(
        () -> {
          commits.record(nanos, TimeUnit.NANOSECONDS);
          changes.record(committed.size());
          if (!committed.runDeletes().isEmpty()) {
            deletedRuns.increment(committed.runDeletes().size());
          }
          if (!committed.batchDeletes().isEmpty()) {
            deletedBatches.increment(committed.batchDeletes().size());
          }
        });
  }

  @Override
  public void commitFailed() {
    guard.run(failures::increment);
  }

  @Override
  public void late(long micros) {
    guard.run(() -> lateness.record(micros, TimeUnit.MICROSECONDS));
  }

  @Override
  public void recovered(Recovered recovered) {
    guard.run(
        () -> {
          recoveries.record(recovered.nanos(), TimeUnit.NANOSECONDS);
          recovered
              .found()
              .forEach(
                  (status, runs) ->
                      Counter.builder("pawl.recovery.runs")
                          .description("runs that had not ended when the store was taken over")
                          .tags(common)
                          .tag(Names.STATUS, Names.of(status))
                          .register(registry)
                          .increment(runs));
        });
  }

  @Override
  public void standing(Standing standing) {
    guard.run(() -> gauges.accept(standing));
  }
}
