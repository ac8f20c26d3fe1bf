package dev.pawl.internal.exec;

import dev.pawl.RunContext;
import org.jspecify.annotations.Nullable;

/**
 * Which run the calling thread belongs to. Set for the thread of a body and for those it forks, and
 * for no other.
 */
public final class CurrentRun {
  private static final ThreadLocal<@Nullable RunContext> CURRENT = new ThreadLocal<>();

  private CurrentRun() {}

  public static @Nullable RunContext get() {
    return CURRENT.get();
  }

  static void set(RunContext context) {
    CURRENT.set(context);
  }

  static void clear() {
    CURRENT.remove();
  }
}
