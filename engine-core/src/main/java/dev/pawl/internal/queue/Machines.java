package dev.pawl.internal.queue;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The machine presets of an engine, and what runs on them weigh. Immutable.
 *
 * <p>A run that asks for no machine weighs nothing. Neither does any run where no preset is
 * configured: a machine is a label then. A stored run may ask for a preset that the engine no
 * longer has; it goes on, and weighs as much as the heaviest preset, since it may be that one under
 * an older name, and the capacity is there to be kept.
 *
 * @param weights the weight of each preset
 * @param capacity what the runs that execute may weigh in sum, or {@link Queues#UNLIMITED}
 */
public record Machines(Map<String, Integer> weights, int capacity) {
  public Machines {
    weights = Map.copyOf(weights);
  }

  /** Whether runs may ask for this machine. */
  public boolean offers(String machine) {
    return weights.isEmpty() || weights.containsKey(machine);
  }

  /** The presets, in alphabetical order. */
  public Set<String> names() {
    return new TreeSet<>(weights.keySet());
  }

  /** What a run on this machine weighs; nothing where there is no capacity to keep. */
  public int weight(@Nullable String machine) {
    if (machine == null || capacity == Queues.UNLIMITED) {
      return 0;
    }
    Integer weight = weights.get(machine);
    return weight != null ? weight : heaviest();
  }

  private int heaviest() {
    return weights.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
