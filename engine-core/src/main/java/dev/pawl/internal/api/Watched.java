package dev.pawl.internal.api;

import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Command;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls that trigger, in sight of whoever watches. */
final class Watched {
  /** What the watcher of a task sees that nobody has registered: its id may be anything. */
  private static final String UNKNOWN = "unknown";

  /** A wait does not tell whether its run was made or found. */
  private static final String AWAITED = "awaited";

  private Watched() {}

  /**
   * Makes a call.
   *
   * @param taskId its task; empty for several
   * @param call gets the trace that its runs are part of
   * @param outcome what the call came to, in a word
   */
  static <T> T call(
      Core core,
      String taskId,
      Watch.Kind kind,
      Function<@Nullable String, T> call,
      Function<T, String> outcome) {
    Watch.Trigger seen = core.watch().trigger(shown(core, taskId), kind);
    T result;
    try {
      result = call.apply(seen.trace());
    } catch (Throwable e) {
      seen.refused(e);
      throw e;
    }
    seen.ended(outcome.apply(result));
    return result;
  }

  /**
   * Makes a call that waits for what it triggers. Where the body is unloaded while it waits, the
   * call has done what it was to do, and was not refused.
   *
   * @param run whose body makes the call
   * @param taskId its task; empty for several
   * @param call gets the trace that its runs are part of
   */
  static <T> T waiting(
      Core core, Context run, String taskId, Watch.Kind kind, Function<@Nullable String, T> call) {
    boolean late = run.isUnloaded();
    Watch.Trigger seen = core.watch().trigger(shown(core, taskId), kind);
    T result;
    try {
      result = call.apply(seen.trace());
    } catch (Throwable e) {
      if (run.isUnloaded() && !late) {
        seen.ended(AWAITED);
      } else {
        seen.refused(e);
      }
      throw e;
    }
    seen.ended(AWAITED);
    return result;
  }

  /**
   * Prepares a call: what is refused here, for its payload most likely, is seen as a refused call.
   *
   * @param taskId its task; empty for several
   */
  static <T> T prepared(Core core, String taskId, Watch.Kind kind, Supplier<T> preparing) {
    try {
      return preparing.get();
    } catch (Throwable e) {
      core.watch().trigger(shown(core, taskId), kind).refused(e);
      throw e;
    }
  }

  private static String shown(Core core, String taskId) {
    return taskId.isEmpty() || core.registry().find(taskId) != null ? taskId : UNKNOWN;
  }

  static String outcome(Command.Triggered triggered) {
    return triggered.outcome().name().toLowerCase(Locale.ROOT);
  }

  static String outcome(BatchCall.Made made) {
    return made.cached() ? "deduplicated" : "created";
  }
}
