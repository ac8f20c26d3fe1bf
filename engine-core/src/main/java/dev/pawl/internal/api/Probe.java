package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Figures;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import java.util.List;

/** A look into an engine, and what only a test does to one. */
public final class Probe {
  private final Core core;
  private final BodyStarter bodies;

  Probe(Core core, BodyStarter bodies) {
    this.core = core;
    this.bodies = bodies;
  }

  public static Probe of(Engine engine) {
    return ((EngineFacade) engine).probe();
  }

  /**
   * Whether nothing will happen until a timer is due or somebody from outside acts: the loop waits,
   * and so does each thread of each body. A thread that waits for a limited time counts as one that
   * acts.
   */
  public boolean isSettled() {
    long turns = core.loop().turns();
    return core.loop().isQuiet()
        && bodies.allParked()
        && core.loop().isQuiet()
        && core.loop().turns() == turns;
  }

  /** Whether no thread of any body is left. */
  public boolean allBodiesEnded() {
    return bodies.allEnded();
  }

  /**
   * When the next timer is due, in microseconds; {@link dev.pawl.spi.Micros#NEVER} where there is
   * none.
   */
  public long nextTimer() {
    return core.loop().call(new Command.NextTimer(new Reply<>()));
  }

  /** What the engine keeps in memory, in figures. */
  public Figures figures() {
    return core.loop().call(new Command.Count(new Reply<>()));
  }

  /** The number that stands for a run in the store. */
  public static long numberOf(String runId) {
    return Ids.parseRun(runId);
  }

  /** The id of the run that a number stands for in the store. */
  public static String idOf(long runNumber) {
    return Ids.run(runNumber);
  }

  /** The id of the batch that a number stands for in the store. */
  public static String idOfBatch(long batchNumber) {
    return Ids.batch(batchNumber);
  }

  /** The bodies of which a thread is left, each with where its threads stand. */
  public List<String> bodiesLeft() {
    return bodies.left();
  }

  /** Makes the loop look at its clock, after that was moved. */
  public void poke() {
    core.loop().poke();
  }

  /** Whatever ends the loop next is the death of the process, and nobody's defect. */
  public void abandon() {
    core.loop().abandon();
  }

  /** Drops everything in memory as a dead process would; bodies are interrupted and fenced. */
  public void crash() {
    core.loop().crash();
    bodies.interruptAll();
  }
}
