package dev.pawl.simulation;

import dev.pawl.fixtures.check.Entrance;
import dev.pawl.internal.api.ScriptedCalls;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Command;
import dev.pawl.spi.JournalRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A body without a thread: what it would do, one thing after another, when it is its turn. */
final class ScriptedBody {
  private final World world;
  private final Attempt attempt;
  private final Program program;
  private final ScriptedCalls.Memory memory;
  private final List<ScriptedThread> threads = new ArrayList<>(1);
  private boolean begun;
  private boolean returning;
  private boolean over;
  private boolean zombie;
  private boolean unloaded;
  private int patience;
  private @Nullable String toldToEnd;

  ScriptedBody(World world, Attempt attempt, Program program) {
    this.world = world;
    this.attempt = attempt;
    this.program = program;
    this.memory = new ScriptedCalls.Memory(attempt);
    this.threads.add(new ScriptedThread(this, world, program.acts(), null));
  }

  World world() {
    return world;
  }

  Attempt attempt() {
    return attempt;
  }

  Program program() {
    return program;
  }

  ScriptedCalls.Memory memory() {
    return memory;
  }

  Entrance entrance() {
    return new Entrance(attempt.runId(), attempt.number(), attempt.incarnation(), attempt.begins());
  }

  boolean isOver() {
    return over;
  }

  /** It is told to end; a stubborn one takes its time. */
  void tellToEnd(String why) {
    toldToEnd = why;
    patience = program.isStubborn() ? 3 : 0;
  }

  /** The engine has dropped its memory, and it is told to end. */
  void outlive() {
    zombie = true;
    tellToEnd("was interrupted");
  }

  boolean isZombie() {
    return zombie;
  }

  /** Its run goes on without it: what it does from here on is nothing to anybody. */
  void unload() {
    unloaded = true;
  }

  boolean isUnloaded() {
    return unloaded;
  }

  /** Whether one of its calls throws, since it was told to end. */
  boolean mustEnd() {
    return toldToEnd != null && patience-- <= 0;
  }

  boolean isToldToEnd() {
    return toldToEnd != null;
  }

  /** Whether one of its threads can do something. */
  boolean canAct() {
    if (over) {
      return false;
    }
    for (ScriptedThread thread : threads) {
      if (thread.canAct()) {
        return true;
      }
    }
    return false;
  }

  /** Lets one of its threads do something. */
  void act(int choice) {
    if (!begun) {
      begun = true;
      begin();
      return;
    }
    world.runs(this);
    for (int i = 0; i < threads.size(); i++) {
      ScriptedThread thread = threads.get((choice + i) % threads.size());
      if (thread.canAct()) {
        thread.act();
        return;
      }
    }
  }

  private void begin() {
    if (program.ending() == Program.Ending.UNREADABLE) {
      threads.getFirst().endUnreadable();
      return;
    }
    if (attempt.replays()) {
      List<JournalRow> journal = world.store().journal(attempt.runId(), attempt.generation());
      if (!journal.isEmpty()) {
        world.post(new Command.JournalLoaded(attempt, journal.getLast().seq() + 1));
      }
      memory.replay(journal);
    }
    if (attempt.isBounded()) {
      world.post(new Command.BodyEntered(attempt));
    }
  }

  ScriptedThread fork(List<Program.Act> acts, Attempt.ForkState state) {
    ScriptedThread thread = new ScriptedThread(this, world, acts, state);
    threads.add(thread);
    return thread;
  }

  /** The main thread has come to its end: it waits for its forks, which have to end. */
  boolean waitsForForks() {
    boolean forks = threads.stream().anyMatch(thread -> thread.isFork() && !thread.hasEnded());
    if (forks && !returning) {
      returning = true;
      world.post(new Command.BodyReturned(attempt));
    }
    return forks;
  }

  boolean isReturning() {
    return returning;
  }

  void ended() {
    over = true;
  }
}
