package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store that the version before the journal has written is opened, and is as safe from then on.
 */
class OldStoreTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = "MEMORY", mode = EnumSource.Mode.EXCLUDE)
  void aStoreOfTheVersionBeforeTheJournalIsOpenedAndGoesOn(H2Store.Durability durability)
      throws Exception {
    OldStore.writeTo(folder);
    H2Store store = H2Store.file(folder).durability(durability);
    String added;
    try (Engine engine = OldStore.engine(store).start()) {
      OldStore.assertIsWhole(engine);
      // What it had bound is bound still.
      assertThat(
              engine
                  .tasks()
                  .trigger(
                      "echo",
                      new OldStore.Note("done 3"),
                      TriggerOptions.options().idempotencyKey("key 3"))
                  .outcome())
          .isEqualTo(TriggerOutcome.DEDUPLICATED);
      added = OldStore.addRun(engine, "new");
    }
    // It can be made again from what the first opening has put beside it.
    Files.delete(folder.resolve("pawl.mv.db"));
    try (Engine engine = OldStore.engine(store).start()) {
      OldStore.assertIsWhole(engine);
      assertThat(engine.runs().retrieve(added).isCompleted()).isFalse();
    }
  }

  /** Kills that fall into the openings that bring old stores up to date. */
  @Test
  void aKillWhileAnOldStoreIsBroughtUpToDateCostsNothing() throws Exception {
    MigrationKills kills = new MigrationKills(folder);
    kills.run(10);
    System.out.println("migration kill test: " + kills);
    assertThat(kills.problems()).isEmpty();
    assertThat(kills.unfinished()).as("openings that a kill has cut off").isPositive();
  }
}
