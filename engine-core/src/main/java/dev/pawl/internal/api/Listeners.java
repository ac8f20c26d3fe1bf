package dev.pawl.internal.api;

import dev.pawl.EventSubscription;
import dev.pawl.RunListener;
import dev.pawl.internal.loop.Counters;
import dev.pawl.internal.loop.Events;
import dev.pawl.spi.Micros;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Everybody who listens to an engine. Any thread may call. */
final class Listeners {
  private final Events events;
  private final int queueSize;
  private final Counters counters;
  private final List<ListenerThread> threads = new CopyOnWriteArrayList<>();
  private final AtomicLong count = new AtomicLong();

  Listeners(Events events, int queueSize, Counters counters) {
    this.events = events;
    this.queueSize = queueSize;
    this.counters = counters;
  }

  EventSubscription add(RunListener listener) {
    ListenerThread thread =
        new ListenerThread(
            listener,
            queueSize,
            "pawl-listener-" + count.incrementAndGet(),
            counters,
            this::remove);
    threads.add(thread);
    thread.start();
    events.add(thread);
    return thread;
  }

  private void remove(ListenerThread thread) {
    events.remove(thread);
    threads.remove(thread);
  }

  /** Whether no listener has anything to do, unless it waits for the test. */
  boolean isSettled(long from) {
    return threads.stream().allMatch(thread -> thread.isSettled(from));
  }

  /** Nothing more is told: waits until all is delivered, for at most {@code patience}. */
  void close(Duration patience) {
    threads.forEach(events::remove);
    threads.forEach(ListenerThread::endWhenDelivered);
    // Where there is no deadline it lies 292 years ahead, and the difference does not overflow.
    long deadline = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(Micros.timeout(patience));
    threads.forEach(thread -> thread.awaitEnd(deadline));
    threads.clear();
  }

  /** The process dies: nothing that waits is delivered. */
  void abandon() {
    threads.forEach(ListenerThread::close);
  }
}
