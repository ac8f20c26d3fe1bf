package dev.pawl.testing;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.attempt;
import static dev.pawl.fixtures.Rows.binding;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.journal;
import static dev.pawl.fixtures.Rows.queued;
import static dev.pawl.fixtures.Rows.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.BrokenPromise;
import dev.pawl.fixtures.Rows;
import dev.pawl.fixtures.RunStoreContract;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreProvider;
import dev.pawl.spi.StoreState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InMemoryStoreTest extends RunStoreContract {
  private final StoreException full = new StoreException("the disk is full", null);
  private final StoreException unknown = new StoreException("no answer", null, true);
  private final InMemoryStore memory = new InMemoryStore();

  @Override
  protected StoreProvider provider() {
    return memory;
  }

  @Test
  void aCrashLeavesWhatWasCommittedToTheNextSession() {
    commit(changes().create(run(1)).state(new StoreState(1, 2, 3)));
    memory.crash();
    RunStore next = reopen();
    assertThat(next.live(0, 10)).containsExactly(queued(run(1)));
    assertThat(next.state()).isEqualTo(new StoreState(1, 2, 3));
  }

  @Test
  void everyUseOfACrashedSessionIsRefused() {
    commit(changes().create(run(1)));
    RunStore crashed = store();
    memory.crash();
    assertEveryUseIsRefused(crashed);
    assertThatThrownBy(crashed::state).hasMessageContaining("crashed");

    RunStore next = reopen();
    assertEveryUseIsRefused(crashed);
    assertThat(next.runs(RunFilter.ALL, Long.MAX_VALUE, 10)).hasSize(1);
  }

  @Test
  void closingACrashedSessionLeavesTheNextOneOpen() {
    RunStore crashed = store();
    memory.crash();
    RunStore next = reopen();
    crashed.close();
    next.commit(changes().create(run(1)).build());
    assertThatThrownBy(memory::open).isInstanceOf(StoreException.class);
  }

  @Test
  void aCrashOfAStoreThatIsNotOpenDoesNothing() {
    store().close();
    memory.crash();
    assertThatThrownBy(() -> store().state()).hasMessageContaining("closed");
    assertThat(reopen().state()).isEqualTo(StoreState.NEW);
  }

  @Test
  void aFailedCommitIsNotAppliedAndTheNextOneSucceeds() {
    Changes changes = changes().create(run(1)).build();
    memory.failNextCommit(full, false);
    assertThatThrownBy(() -> commit(changes)).isSameAs(full);
    assertThat(store().run(1)).isEmpty();
    commit(changes);
    assertThat(store().run(1)).isPresent();
  }

  @Test
  void aCommitThatWasAppliedAnywayIsRecognisedWhenItIsRepeated() {
    commit(changes().create(run(1)));
    Changes changes = changes().end(ended(1, RunStatus.COMPLETED)).create(run(2)).build();
    memory.failNextCommit(unknown, true);
    assertThatThrownBy(() -> commit(changes)).isSameAs(unknown);
    assertThat(store().result(1)).isPresent();

    commit(changes);
    assertThat(store().live(0, 10)).containsExactly(queued(run(2)));
  }

  @Test
  void aCommitOfUnknownOutcomeThatWasNotAppliedIsAppliedWhenItIsRepeated() {
    Changes changes = changes().create(run(1)).build();
    memory.failNextCommit(unknown, false);
    assertThatThrownBy(() -> commit(changes)).isSameAs(unknown);
    assertThat(store().run(1)).isEmpty();
    commit(changes);
    assertThat(store().run(1)).isPresent();
  }

  @Test
  void aRepeatedCommitIsRecognisedEvenIfItFailsAgain() {
    Changes changes = changes().create(run(1)).build();
    for (boolean applyAnyway : new boolean[] {true, false, true}) {
      memory.failNextCommit(unknown, applyAnyway);
      assertThatThrownBy(() -> commit(changes)).isSameAs(unknown);
    }
    commit(changes);
    assertThat(store().live(0, 10)).containsExactly(queued(run(1)));
  }

  @Test
  void aCommitIsRecognisedOnceAndOnlyAfterAnUnknownOutcome() {
    Changes changes = changes().create(run(1)).build();
    memory.failNextCommit(unknown, true);
    assertThatThrownBy(() -> commit(changes)).isSameAs(unknown);
    commit(changes);
    assertThatThrownBy(() -> commit(changes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("run 1");
  }

  @Test
  void equalChangesOfAnotherTurnAreNotTakenForARepetition() {
    memory.failNextCommit(unknown, true);
    assertThatThrownBy(() -> commit(changes().create(run(1)))).isSameAs(unknown);
    assertThatThrownBy(() -> commit(changes().create(run(1))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aNewSessionRecognisesNothingOfTheOldOne() {
    Changes changes = changes().create(run(1)).build();
    memory.failNextCommit(unknown, true);
    assertThatThrownBy(() -> commit(changes)).isSameAs(unknown);
    reopen();
    assertThat(store().run(1)).isPresent();
    assertThatThrownBy(() -> commit(changes)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anExceptionThatSaysNotStoredCannotBeThrownAfterStoring() {
    assertThatThrownBy(() -> memory.failNextCommit(full, true))
        .isInstanceOf(IllegalArgumentException.class);
    commit(changes().create(run(1)));
    assertThat(store().run(1)).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenPromiseIsTheEnginesFault(BrokenPromise promise) {
    commit(BrokenPromise.before());
    assertThatThrownBy(() -> commit(promise.addTo(changes())))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            ".*(run|batch|idempotency key) .*\\d.*nothing of this commit was applied");
  }

  @Test
  void rowsOfARunThatDoesNotExistAreRefused() {
    List<Changes> orphans =
        List.of(
            changes().attempt(attempt(1, 1)).build(),
            changes().journal(journal(1, 0, 0)).build(),
            changes().bind(binding("key", 1)).build(),
            changes().update(run(1)).build(),
            changes().result(ended(1, RunStatus.FAILED)).build(),
            changes().create(run(1)).batchItem(Rows.item(9, 0, 1)).build());
    for (Changes changes : orphans) {
      assertThatThrownBy(() -> commit(changes))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("does not exist");
    }
  }

  @Test
  void aRowThatStandsTwiceInOneListIsRefused() {
    commit(changes().create(run(1)).create(run(2)));
    BatchRow batch = new BatchRow(9, 0, 1, 0);
    BatchItemRow item = Rows.item(9, 0, 1);
    List<Changes> doubled =
        List.of(
            changes().create(run(7)).run(run(7)).build(),
            changes().create(run(7)).liveInsert(queued(run(7))).build(),
            changes().move(queued(run(1))).move(queued(run(1))).build(),
            changes().end(ended(1, RunStatus.FAILED)).deleteLive(1).build(),
            changes().end(ended(1, RunStatus.FAILED)).result(ended(1, RunStatus.FAILED)).build(),
            changes().attempt(attempt(1, 1)).attempt(attempt(1, 1)).build(),
            changes().batch(batch).batch(batch).build(),
            changes().batch(batch).batchItem(item).batchItem(item).build());
    for (Changes changes : doubled) {
      assertThatThrownBy(() -> commit(changes)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(store().live(0, 10)).containsExactly(queued(run(1)), queued(run(2)));
  }

  @Test
  void aLiveRowThatIsNotThereIsNamedWhenItIsDeleted() {
    assertThatThrownBy(() -> commit(changes().deleteLive(7)))
        .hasMessageContaining("run 7")
        .hasMessageContaining("does not exist");
  }

  @Test
  void idsArePositive() {
    assertThatThrownBy(() -> commit(changes().create(run(0))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("positive");
  }
}
