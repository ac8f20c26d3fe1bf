package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.Run;
import dev.pawl.StuckBody;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Counters;
import dev.pawl.internal.loop.Figures;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A look into an engine, and what only a test does to one. */
public final class Probe {
  private final Core core;
  private final BodyStarter bodies;
  private final HookRunner hooks;
  private final Runnable onEnd;

  /**
   * A look into an engine.
   *
   * @param onEnd what is done when it has crashed
   */
  Probe(Core core, BodyStarter bodies, HookRunner hooks, Runnable onEnd) {
    this.onEnd = onEnd;
    this.core = core;
    this.bodies = bodies;
    this.hooks = hooks;
  }

  public static Probe of(Engine engine) {
    return ((EngineFacade) engine).probe();
  }

  /**
   * Whether nothing will happen until a timer is due or somebody from outside acts: the loop waits,
   * and so does each thread of each body. A thread that waits for a limited time counts as one that
   * acts.
   *
   * @param from a {@link System#nanoTime}: when whoever asks began to do so
   */
  public boolean isSettled(long from) {
    long turns = core.loop().turns();
    return core.loop().isQuiet()
        && bodies.allParked(from)
        && core.listeners().isSettled(from)
        && hooks.allParked()
        && core.loop().isQuiet()
        && core.loop().turns() == turns;
  }

  /** Whether no thread of any body is left. */
  public boolean allBodiesEnded() {
    return bodiesLeft().isEmpty();
  }

  /**
   * When the next timer is due, in microseconds; {@link dev.pawl.spi.Micros#NEVER} where there is
   * none.
   */
  public long nextTimer() {
    return core.loop().call(new Command.NextTimer(false, new Reply<>()));
  }

  /** As {@link #nextTimer}, with what the engine does for itself: retention. */
  public long nextDue() {
    return core.loop().call(new Command.NextTimer(true, new Reply<>()));
  }

  /** What the engine keeps in memory, in figures. */
  public Figures figures() {
    return core.loop().call(new Command.Count(new Reply<>()));
  }

  /**
   * Why a run is not running by now, in words for the end of a message; empty where the engine that
   * it was read from does not answer.
   */
  public static String explanation(Run<?> run) {
    return run instanceof Snapshot<?> snapshot ? snapshot.explanation() : "";
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

  /** The bodies, and the hooks, of which a thread is left, each with where its threads stand. */
  public List<String> bodiesLeft() {
    return Stream.concat(bodies.left().stream(), hooks.left().stream()).toList();
  }

  /** The body of a run that has ended, where it is still there. */
  public Optional<StuckBody> bodyLeft(String runId) {
    return new StuckBodies(core).ofRun(Ids.parseRun(runId));
  }

  /** What the engine has counted. */
  public Counters counters() {
    return core.counters();
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
    hooks.close();
    core.loop().crash();
    core.listeners().abandon();
    bodies.interruptAll();
    bodies.close();
    onEnd.run();
  }
}
