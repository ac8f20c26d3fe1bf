package dev.pawl.h2;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a later version of the program finds that has other tasks than the one before. */
class ChangedTasksTest {
  private static final Duration GUARD = Duration.ofSeconds(60);

  /** A payload of the first version. */
  record Old(String name) {}

  /** What the second version makes of it, which does not read. */
  record New(List<Integer> name) {}

  @TempDir Path folder;

  private static Task<Old, String> old(String id) {
    return Task.define(id, Old.class, String.class)
        .retry(Retry.none())
        .run((payload, run) -> payload.name());
  }

  private Engine engine(Task<?, ?>... tasks) {
    return Engine.builder().store(H2Store.file(folder)).register(tasks).start();
  }

  @Test
  void runsOfTasksThatAreGoneOrWhosePayloadDoesNotReadKeepTheirBytes() throws Exception {
    String changed;
    String gone;
    String ended;
    try (Engine engine = engine(old("changed"), old("gone"), old("ended"))) {
      ended = engine.tasks().trigger("ended", new Old("third")).id();
      engine.runs().await(ended, GUARD);
      changed = engine.tasks().trigger("changed", new Old("first"), options().delay("5s")).id();
      gone = engine.tasks().trigger("gone", new Old("second"), options().delay("5s")).id();
    }
    Task<New, Integer> next =
        Task.define("changed", New.class, Integer.class)
            .retry(Retry.none())
            .run((payload, run) -> payload.name().getFirst());
    Task<Old, Integer> another =
        Task.define("ended", Old.class, Integer.class).run((payload, run) -> 1);
    try (Engine engine = engine(next, another)) {
      engine.runs().await(changed, GUARD);
      Run<?> failed = engine.runs().retrieve(changed);
      assertThat(failed.status()).isEqualTo(RunStatus.SYSTEM_FAILURE);
      assertThat(failed.payload(Old.class)).isEqualTo(new Old("first"));
      Run<?> parked = engine.runs().retrieve(gone);
      assertThat(parked.status()).isEqualTo(RunStatus.PENDING_VERSION);
      assertThat(parked.payload(Old.class)).isEqualTo(new Old("second"));
      assertThat(engine.runs().retrieve(ended).status()).isEqualTo(RunStatus.COMPLETED);
    }
    try (Engine engine = engine(old("changed"), old("gone"), old("ended"))) {
      assertThat(engine.runs().await(gone, GUARD).unwrap()).isEqualTo("second");
      assertThat(engine.runs().retrieve(changed).status()).isEqualTo(RunStatus.SYSTEM_FAILURE);
      assertThat(engine.runs().retrieve(ended).output()).isEqualTo("third");
    }
  }
}
