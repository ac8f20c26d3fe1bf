package dev.pawl.spi;

import dev.pawl.RunStatus;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run as one consistent read of the store shows it: what it was triggered with, and either where
 * it stands or how it ended.
 *
 * @param run what it was triggered with
 * @param live where it stands; null once it has ended
 * @param result how it ended; null until then
 * @param labels its present labels; null where they are still those that it was triggered with
 */
public record StoredRun(
    RunRow run, @Nullable LiveRow live, @Nullable ResultRow result, @Nullable LabelRow labels) {
  /** Checks that a run either lives or has ended. */
  public StoredRun {
    if ((live == null) == (result == null)) {
      throw new IllegalArgumentException(
          "run " + run.id() + " must have either a live row or a result, never both or none");
    }
  }

  /** A run whose labels are those that it was triggered with. */
  public StoredRun(RunRow run, @Nullable LiveRow live, @Nullable ResultRow result) {
    this(run, live, result, null);
  }

  /** Where it stands, or how it ended. */
  public RunStatus status() {
    LiveRow row = live;
    return row != null ? row.status() : Objects.requireNonNull(result).status();
  }

  /** The tags that it has now. */
  public List<String> tags() {
    return labels == null ? run.tags() : labels.tags();
  }

  /** The metadata that it has now, a JSON object, or null. */
  public @Nullable String metadata() {
    return labels == null ? run.metadata() : labels.metadata();
  }
}
