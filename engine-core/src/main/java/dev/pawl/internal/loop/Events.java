package dev.pawl.internal.loop;

import dev.pawl.RunStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What happens to runs, on its way to those who listen. The loop notes each change of a status in
 * its turn and hands it out once the commit is durable; whoever takes it must not block.
 */
public final class Events {
  /**
   * A change of a run's status.
   *
   * @param from null for a run that was just created
   */
  public record Change(
      long seq,
      long at,
      long runId,
      String taskId,
      @org.jspecify.annotations.Nullable RunStatus from,
      RunStatus to,
      int attempt) {}

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
  void changed(
      Turn turn,
      LiveRun run,
      @org.jspecify.annotations.Nullable RunStatus from,
      RunStatus to,
      int attempt) {
    if (sinks.isEmpty()) {
      return;
    }
    turn.after(() -> publish(new Change(++seq, turn.now, run.id(), run.taskId, from, to, attempt)));
  }

  private void publish(Change change) {
    for (Sink sink : sinks) {
      sink.accept(change);
    }
  }
}
