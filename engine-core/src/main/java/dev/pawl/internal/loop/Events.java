package dev.pawl.internal.loop;

import dev.pawl.RunStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What happens to runs, on its way to those who listen. The loop notes each change of a status in
 * its turn and hands it out once the commit is durable; whoever takes it must not block.
 */
public final class Events {
  /**
   * A change of a run's status.
   *
   * @param from null for a run that was just created
   * @param queuedAt when it could have started first, or {@link dev.pawl.spi.Micros#NONE}
   * @param attemptStartedAt when its last attempt started; meaningless before the first
   */
  public record Change(
      long seq,
      long at,
      long runId,
      String taskId,
      String queue,
      @Nullable RunStatus from,
      RunStatus to,
      int attempt,
      long queuedAt,
      long attemptStartedAt) {}

  /** Takes changes on the loop's thread: quick, never blocks, never throws. */
  public interface Sink {
    void accept(Change change);
  }

  private final List<Sink> sinks = new CopyOnWriteArrayList<>();

  /** Belongs to the loop. */
  private long seq;

  /** Adds somebody who is told of every commit from now on; any thread may call. */
  public void add(Sink sink) {
    sinks.add(sink);
  }

  /** Ends that; any thread may call. */
  public void remove(Sink sink) {
    sinks.remove(sink);
  }

  /** A run changes its status in this turn. */
  void changed(Turn turn, LiveRun run, @Nullable RunStatus from, RunStatus to, int attempt) {
    if (sinks.isEmpty()) {
      return;
    }
    long queuedAt = run.queuedAt;
    long startedAt = run.state.progress().startedAt();
    turn.tell(
        () ->
            publish(
                new Change(
                    ++seq,
                    turn.now,
                    run.id(),
                    run.taskId,
                    run.queue,
                    from,
                    to,
                    attempt,
                    queuedAt,
                    startedAt)));
  }

  private void publish(Change change) {
    for (Sink sink : sinks) {
      sink.accept(change);
    }
  }
}
