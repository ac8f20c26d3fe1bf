package dev.pawl.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is moved. Any thread may read it; moving it is the test's. */
public final class VirtualClock implements InstantSource {
  private final AtomicReference<Instant> now;

  /** A clock that shows {@code start}. */
  public VirtualClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  /** Shows another time, also an earlier one. */
  public void set(Instant instant) {
    now.set(instant);
  }

  /** Moves forward. */
  public void advance(Duration by) {
    now.updateAndGet(instant -> instant.plus(by));
  }
}
