package dev.pawl.internal.loop;

import dev.pawl.RunStatus;
import java.util.Map;

/**
 * What an engine took over from its store.
 *
 * @param found how many runs of each status had not ended
 * @param withoutTask runs whose task is not registered, by the task's id
 * @param withoutLane runs whose lane this engine does not have, by the lane's name
 * @param nanos how long it took
 */
public record Recovered(
    Map<RunStatus, Integer> found,
    Map<String, Long> withoutTask,
    Map<String, Long> withoutLane,
    long nanos) {
  /** Nothing: the store was empty, or is not taken over yet. */
  public static final Recovered NOTHING = new Recovered(Map.of(), Map.of(), Map.of(), 0);

  /** How many runs had not ended. */
  public int runs() {
    return found.values().stream().mapToInt(Integer::intValue).sum();
  }
}
