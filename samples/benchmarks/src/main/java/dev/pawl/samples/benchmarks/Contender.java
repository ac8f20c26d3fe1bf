package dev.pawl.samples.benchmarks;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * An opened job runner with one job, the no-op, whose body tells {@link Bodies} that it was run and
 * does nothing else. A job is named by a number, which stands in its payload of some 100 bytes.
 *
 * <p>What a contender cannot do it refuses with an {@link UnsupportedOperationException}; {@link
 * Workload#entrants} does not ask it to.
 */
interface Contender extends AutoCloseable {
  /** Begins to execute what is triggered; before it, triggering only stores. */
  void start() throws Exception;

  /** Triggers one job; returns when it is acknowledged. */
  void trigger(int number) throws Exception;

  /** Triggers jobs by the call that is made for many. */
  default void triggerAll(int from, int count) throws Exception {
    throw new UnsupportedOperationException("no bulk call");
  }

  /** Triggers jobs that are all due at one instant. */
  default void triggerAllAt(int from, int count, Instant due) throws Exception {
    throw new UnsupportedOperationException("no delay");
  }

  /**
   * Triggers one job, and waits until it has ended and that is stored; where that cannot be waited
   * for, until its body has run, which is earlier.
   */
  default void lifeCycle(int number) throws Exception {
    CompletableFuture<Void> ran = Bodies.expect(number);
    trigger(number);
    ran.join();
  }

  /**
   * Runs a parent that triggers a child and waits for its result, {@code times} times over, and
   * gives each round trip to {@code latencies}; returns when the parent has ended.
   */
  default void roundTrips(int times, Latencies latencies) throws Exception {
    throw new UnsupportedOperationException("no waiting for a child");
  }

  /** How many jobs are stored and have not ended, read from the store. */
  long left() throws Exception;

  @Override
  void close();
}
