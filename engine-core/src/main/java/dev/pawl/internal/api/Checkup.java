package dev.pawl.internal.api;

import dev.pawl.Health;
import dev.pawl.Health.Concern;
import dev.pawl.Health.Kind;
import dev.pawl.StuckBody;
import dev.pawl.spi.StoreFigures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How an engine is, from what its parts say of themselves. Asks nobody, so it never waits. */
record Checkup(Core core) {
  Health health() {
    Health health = core.loop().health();
    List<StuckBody> stuck = new StuckBodies(core).stuck();
    List<Concern> concerns = new ArrayList<>();
    if (!stuck.isEmpty()) {
      concerns.add(
          new Concern(
              Kind.STUCK_BODIES,
              stuck.size()
                  + " bodies were told to end and are still there; the first is that of run "
                  + stuck.getFirst().runId()
                  + " of task \""
                  + stuck.getFirst().taskId()
                  + "\""));
    }
    addIfLate(concerns);
    StoreFigures store = core.reads().figures();
    concerns.addAll(store.concerns());
    return new Health(health.status(), health.reason(), stuck, concerns);
  }

  private void addIfLate(List<Concern> concerns) {
    Duration busy = core.loop().busy();
    Duration late = core.loop().late();
    Duration bound = core.limits().lateAfter();
    if (busy.compareTo(bound) >= 0) {
      concerns.add(
          new Concern(
              Kind.LATE,
              "the engine has been busy with one turn for "
                  + busy
                  + ": a commit that takes long, most likely"));
    } else if (late.compareTo(bound) >= 0) {
      concerns.add(
          new Concern(
              Kind.LATE, "what was due a moment ago was done " + late + " later than it was due"));
    }
  }
}
