package dev.pawl.internal.api;

import dev.pawl.StuckBody;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Leftovers;
import dev.pawl.spi.Micros;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Bodies that were told to end and are still there, as users see them. Any thread may ask. */
record StuckBodies(Core core) {

  /** Those that were told so long ago that they count as stuck, the oldest first. */
  List<StuckBody> stuck() {
    long now = core.clock().now();
    return left().filter(left -> left.stuckAt() <= now).map(StuckBodies::show).toList();
  }

  /**
   * The body of a run that has ended, where it is still there: stuck already, or not yet. The one
   * that keeps the slot, where there are several.
   */
  Optional<StuckBody> ofRun(long runId) {
    return leftOf(runId).min(Comparator.comparing(StuckBodies::isUnloaded)).map(StuckBodies::show);
  }

  /** Whether the body of a run that has ended is still there, and keeps its slot. */
  boolean keepsSlot(long runId) {
    return leftOf(runId).anyMatch(left -> !isUnloaded(left));
  }

  private Stream<Leftovers.Leftover> leftOf(long runId) {
    return left().filter(left -> left.attempt().runId() == runId);
  }

  private static boolean isUnloaded(Leftovers.Leftover left) {
    RunScope scope = left.attempt().scope();
    return scope != null && scope.isUnloaded();
  }

  private Stream<Leftovers.Leftover> left() {
    return core.loop().leftovers().all().stream()
        .filter(left -> isThere(left.attempt()))
        .sorted(Comparator.comparingLong(Leftovers.Leftover::since));
  }

  private static boolean isThere(Attempt attempt) {
    RunScope scope = attempt.scope();
    return scope != null && !scope.isOver();
  }

  private static StuckBody show(Leftovers.Leftover left) {
    Attempt attempt = left.attempt();
    RunScope scope = attempt.scope();
    return new StuckBody(
        Ids.run(attempt.runId()),
        attempt.taskId(),
        attempt.number(),
        Micros.instant(left.since()),
        scope == null ? "" : scope.describe());
  }
}
