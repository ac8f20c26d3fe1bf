package dev.pawl.internal.loop;

import dev.pawl.Health;

/** The loop without its thread: whoever has it takes its turns, and no time passes in them. */
public final class DrivenLoop {
  private final Loop loop;

  /** A loop that has not begun. */
  public DrivenLoop(Loop.Parts parts) {
    this.loop = new Loop(parts, new Mailbox(parts.limits().mailboxCapacity(), false));
  }

  /** Recovers; where that fails, the loop is over. */
  public void begin() {
    loop.begin();
  }

  /** Takes one turn; false once the loop is over. */
  public boolean step() {
    return loop.step();
  }

  /** Asks for something, in a turn to come. */
  public void post(Command command) {
    loop.post(command);
  }

  /** What it keeps in memory. */
  public Figures figures() {
    return loop.figures();
  }

  /** When there is something to do, if nobody asks for anything. */
  public long nextDue() {
    return loop.nextDue();
  }

  /** How it is. */
  public Health health() {
    return loop.health();
  }

  /** Whether it ends as a dead process does from now on. */
  public void abandon() {
    loop.abandon();
  }
}
