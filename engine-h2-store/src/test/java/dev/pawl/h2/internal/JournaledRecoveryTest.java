package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.spi.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The same with a journal, which goes on where the database does not. */
class JournaledRecoveryTest extends RecoveryTest {
  @Override
  RedoMode redo() {
    return RedoMode.FORCED;
  }

  @Test
  @Override
  void whenTheFileIsGoneTheCommitFailsAndIsWrittenOnceWhenItIsBack() throws Exception {
    store.commit(creation(1));
    assertThat(ids()).isEqualTo(oneTo(1));
    Path away = folder.resolve("away");
    Files.move(folder.resolve("pawl.mv.db"), away);
    store.database().writing().store().closeImmediately();
    // A new run needs no look at the database, so the journal takes it; a read would need one.
    store.commit(creation(2));
    assertThat(catchThrowableOfType(StoreException.class, () -> ids()))
        .hasMessageContaining("cannot read");

    Files.move(away, folder.resolve("pawl.mv.db"));
    store.commit(creation(3));
    assertThat(ids()).isEqualTo(oneTo(3));
  }

  @Test
  @Override
  void acknowledgedWorkThatIsMissingAfterwardsStopsTheStore() throws Exception {
    store.commit(creation(1));
    assertThat(ids()).isEqualTo(oneTo(1));
    Path file = folder.resolve("pawl.mv.db");
    Path older = Files.copy(file, folder.resolve("older"));
    store.commit(creation(2));
    assertThat(ids()).isEqualTo(oneTo(2));
    store.database().writing().store().closeImmediately();
    Files.delete(file);
    Files.move(older, file);
    // The journal has what the database has lost, and gives it back before anybody reads.
    assertThat(store.run(2)).isPresent();
    store.commit(creation(3));
    assertThat(ids()).isEqualTo(oneTo(3));
  }
}
