package dev.pawl.architecture.broken;

/** Breaks the rule against monitors twice. */
public final class BlocksOnAMonitor {
  private int count;

  synchronized void inAMethod() {
    count++;
  }

  int inABlock() {
    synchronized (this) {
      return count;
    }
  }
}
