package dev.pawl.testing;

import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Changes} promises of its rows, looked at before one of them is applied. A database
 * would find some of this by its keys and the rest never; here each broken promise is found in the
 * commit that breaks it.
 *
 * <p>The one rule behind most of them: every run has either a live row or a result, at each commit.
 */
final class InMemoryPromises {
  private final InMemoryTables tables;
  private final Changes changes;
  private final Set<Long> newRuns = new HashSet<>();
  private final Set<Long> newLive = new HashSet<>();
  private final Set<Long> deletedLive = new HashSet<>();
  private final Set<Long> newResults = new HashSet<>();
  private final Set<Long> newBatches = new HashSet<>();

  private InMemoryPromises(InMemoryTables tables, Changes changes) {
    this.tables = tables;
    this.changes = changes;
  }

  /**
   * Checks changes against the rows that are stored.
   *
   * @throws IllegalStateException naming the first row that breaks a promise
   */
  static void check(InMemoryTables tables, Changes changes) {
    InMemoryPromises promises = new InMemoryPromises(tables, changes);
    promises.checkRuns();
    promises.checkRunUpdates();
    promises.checkLiveInserts();
    promises.checkLiveDeletes();
    promises.checkLiveUpdates();
    promises.checkResults();
    promises.checkEachRunIsLiveOrEnded();
    promises.checkAttempts();
    promises.checkJournal();
    promises.checkBatches();
    promises.checkBatchUpdates();
    promises.checkBatchItems();
    promises.checkBindings();
    promises.checkLabels();
    promises.checkHooks();
    promises.checkLargeValues();
    promises.checkRunDeletes();
    promises.checkBatchDeletes();
  }

  private void checkRuns() {
    for (RunRow row : changes.runs()) {
      if (row.id() <= 0) {
        throw broken("run " + row.id() + " is inserted, but ids are positive");
      }
      if (tables.hasRun(row.id()) || !newRuns.add(row.id())) {
        throw broken("run " + row.id() + " is inserted, but exists");
      }
    }
  }

  private void checkRunUpdates() {
    Set<Long> updated = new HashSet<>();
    for (RunRow row : changes.runUpdates()) {
      if (!tables.hasRun(row.id())) {
        throw broken("run " + row.id() + " is updated, but does not exist");
      }
      if (!updated.add(row.id())) {
        throw broken("run " + row.id() + " is updated twice");
      }
      RunRow old = tables.runRow(row.id()).orElseThrow();
      if (row.batchId() != old.batchId() || row.batchIndex() != old.batchIndex()) {
        throw broken("run " + row.id() + " is updated, but was made elsewhere");
      }
    }
  }

  private void checkLiveInserts() {
    for (LiveRow row : changes.liveInserts()) {
      if (!newRuns.contains(row.id())) {
        throw broken(
            "a live row is inserted for run " + row.id() + ", which is not new in this commit");
      }
      if (!newLive.add(row.id())) {
        throw broken("the live row of run " + row.id() + " is inserted twice");
      }
      checkNotTerminal(row);
    }
  }

  private void checkLiveDeletes() {
    for (long id : changes.liveDeletes()) {
      if (!tables.hasLive(id)) {
        throw broken("the live row of run " + id + " is deleted, but does not exist");
      }
      if (!deletedLive.add(id)) {
        throw broken("the live row of run " + id + " is deleted twice");
      }
    }
  }

  private void checkLiveUpdates() {
    Set<Long> updated = new HashSet<>();
    for (LiveRow row : changes.liveUpdates()) {
      if (!tables.hasLive(row.id())) {
        throw broken("the live row of run " + row.id() + " is updated, but does not exist");
      }
      if (!updated.add(row.id())) {
        throw broken("the live row of run " + row.id() + " is updated twice");
      }
      if (deletedLive.contains(row.id())) {
        throw broken("the live row of run " + row.id() + " is both updated and deleted");
      }
      checkNotTerminal(row);
    }
  }

  private void checkResults() {
    for (ResultRow row : changes.results()) {
      checkRunExists("a result", row.id());
      if (tables.hasResult(row.id()) || !newResults.add(row.id())) {
        throw broken("run " + row.id() + " gets a second result; it ends only once");
      }
      if (!row.status().isTerminal()) {
        throw broken(
            "the result of run "
                + row.id()
                + " has status "
                + row.status()
                + ", which is not terminal");
      }
    }
  }

  private void checkEachRunIsLiveOrEnded() {
    for (long id : newRuns) {
      if (!newLive.contains(id) && !newResults.contains(id)) {
        throw broken("run " + id + " is inserted with neither a live row nor a result");
      }
    }
    for (long id : deletedLive) {
      if (!newResults.contains(id)) {
        throw broken("the live row of run " + id + " is deleted, but the run gets no result");
      }
    }
    for (long id : newResults) {
      boolean staysLive = tables.hasLive(id) && !deletedLive.contains(id);
      if (staysLive || newLive.contains(id)) {
        throw broken("run " + id + " gets a result, but keeps its live row");
      }
    }
  }

  private void checkAttempts() {
    record Key(long runId, int number) {}
    Set<Key> newAttempts = new HashSet<>();
    for (AttemptRow row : changes.attempts()) {
      checkRunExists("an attempt", row.runId());
      if (tables.hasAttempt(row.runId(), row.number())
          || !newAttempts.add(new Key(row.runId(), row.number()))) {
        throw broken(
            "attempt " + row.number() + " of run " + row.runId() + " is inserted, but exists");
      }
    }
  }

  private void checkJournal() {
    for (JournalRow row : changes.journal()) {
      checkRunExists("a journal entry", row.runId());
    }
  }

  private void checkBatches() {
    for (BatchRow row : changes.batches()) {
      if (tables.hasBatch(row.id()) || !newBatches.add(row.id())) {
        throw broken("batch " + row.id() + " is inserted, but exists");
      }
    }
  }

  private void checkBatchUpdates() {
    Set<Long> updated = new HashSet<>();
    for (BatchRow row : changes.batchUpdates()) {
      if (!tables.hasBatch(row.id())) {
        throw broken("batch " + row.id() + " is updated, but does not exist");
      }
      if (tables.batch(row.id()).orElseThrow().state() != BatchRow.State.OPEN) {
        throw broken("batch " + row.id() + " is updated, but is closed");
      }
      if (!updated.add(row.id())) {
        throw broken("batch " + row.id() + " is updated twice");
      }
    }
  }

  private void checkBatchItems() {
    record Key(long batchId, int index) {}
    Set<Key> newItems = new HashSet<>();
    for (BatchItemRow row : changes.batchItems()) {
      if (!tables.hasBatch(row.batchId()) && !newBatches.contains(row.batchId())) {
        throw broken("an item is inserted for batch " + row.batchId() + ", which does not exist");
      }
      if (!newBatches.contains(row.batchId())
          && tables.batch(row.batchId()).orElseThrow().state() != BatchRow.State.OPEN) {
        throw broken("an item is inserted for batch " + row.batchId() + ", which is closed");
      }
      checkRunExists("an item of batch " + row.batchId(), row.runId());
      if (tables.hasBatchItem(row.batchId(), row.index())
          || !newItems.add(new Key(row.batchId(), row.index()))) {
        throw broken(
            "item " + row.index() + " of batch " + row.batchId() + " is inserted, but exists");
      }
    }
  }

  private void checkBindings() {
    Set<BindingRow.Key> keys = new HashSet<>();
    for (BindingRow row : changes.bindings()) {
      if (!tables.hasBatch(row.runId()) && !newBatches.contains(row.runId())) {
        checkRunExists("an idempotency key", row.runId());
      }
      if (!keys.add(row.key())) {
        throw broken("the idempotency key " + row.key() + " is bound twice");
      }
    }
    for (BindingRow.Key key : changes.unboundKeys()) {
      if (!tables.hasBinding(key)) {
        throw broken("the idempotency key " + key + " is freed, but is not bound");
      }
      if (!keys.add(key)) {
        throw broken("the idempotency key " + key + " is freed twice, or both bound and freed");
      }
    }
  }

  private void checkLabels() {
    Set<Long> labelled = new HashSet<>();
    for (LabelRow row : changes.labels()) {
      checkRunExists("a row of labels", row.runId());
      if (!labelled.add(row.runId())) {
        throw broken("run " + row.runId() + " gets labels twice");
      }
    }
  }

  private void checkHooks() {
    Set<Long> ended = new HashSet<>();
    changes.results().forEach(row -> ended.add(row.id()));
    Set<Long> hooks = new HashSet<>();
    for (long id : changes.hooksOwed()) {
      if (!ended.contains(id)) {
        throw broken("the hooks of run " + id + " are owed, but it does not end here");
      }
      if (tables.owesHooks(id) || !hooks.add(id)) {
        throw broken("the hooks of run " + id + " are owed twice");
      }
    }
    for (long id : changes.hooksPaid()) {
      if (!tables.owesHooks(id) || !hooks.add(id)) {
        throw broken("the hooks of run " + id + " are paid, but not owed");
      }
    }
  }

  private void checkLargeValues() {
    Set<Long> newlyTaken = new HashSet<>();
    for (RunRow row : changes.runs()) {
      checkLargeValue("the payload", row.id(), row.payload(), newlyTaken);
    }
    for (RunRow row : changes.runUpdates()) {
      boolean same =
          tables.runRow(row.id()).map(old -> old.payload().equals(row.payload())).orElse(false);
      if (!same) {
        checkLargeValue("the new payload", row.id(), row.payload(), newlyTaken);
      }
    }
    for (ResultRow row : changes.results()) {
      checkLargeValue("the output", row.id(), row.output(), newlyTaken);
    }
  }

  private void checkLargeValue(
      String what, long runId, @Nullable StoredValue value, Set<Long> newlyTaken) {
    if (value != null
        && value.isLarge()
        && !(tables.values().isFree(value.key()) && newlyTaken.add(value.key()))) {
      throw broken(
          what
              + " of run "
              + runId
              + " refers to large value "
              + value.key()
              + ", which was not written, or belongs to another row");
    }
  }

  private void checkRunDeletes() {
    Set<Long> deleted = new HashSet<>();
    for (long id : changes.runDeletes()) {
      if (!tables.hasResult(id)) {
        throw broken("run " + id + " is deleted, but has no result");
      }
      if (!deleted.add(id)) {
        throw broken("run " + id + " is deleted twice");
      }
      if (tables.owesHooks(id) && !changes.hooksPaid().contains(id)) {
        throw broken("run " + id + " is deleted, but its hooks are owed");
      }
      for (long batchId : tables.batchesOf(id, 0, Integer.MAX_VALUE)) {
        if (batchAfterwards(batchId).state() == BatchRow.State.OPEN) {
          throw broken("run " + id + " is deleted, but stands in open batch " + batchId);
        }
      }
    }
    changes.runUpdates().forEach(row -> checkNotDeleted(deleted, "is updated", row.id()));
    changes.attempts().forEach(row -> checkNotDeleted(deleted, "gets an attempt", row.runId()));
    changes.journal().forEach(row -> checkNotDeleted(deleted, "gets a journal entry", row.runId()));
    changes.batchItems().forEach(row -> checkNotDeleted(deleted, "joins a batch", row.runId()));
    changes.bindings().forEach(row -> checkNotDeleted(deleted, "gets a key", row.runId()));
  }

  private BatchRow batchAfterwards(long id) {
    return changes.batchUpdates().stream()
        .filter(row -> row.id() == id)
        .findAny()
        .orElseGet(() -> tables.batch(id).orElseThrow());
  }

  private void checkBatchDeletes() {
    Set<Long> deleted = new HashSet<>();
    for (long id : changes.batchDeletes()) {
      BatchRow row = tables.batch(id).orElse(null);
      if (row == null || row.size() != 0 || row.state() == BatchRow.State.OPEN) {
        throw broken("batch " + id + " is deleted, but is not one that was closed without items");
      }
      if (!deleted.add(id)) {
        throw broken("batch " + id + " is deleted twice");
      }
    }
  }

  private static void checkNotDeleted(Set<Long> deleted, String what, long id) {
    if (deleted.contains(id)) {
      throw broken("run " + id + " " + what + " in the commit that deletes it");
    }
  }

  private void checkRunExists(String what, long runId) {
    if (!tables.hasRun(runId) && !newRuns.contains(runId)) {
      throw broken(what + " is inserted for run " + runId + ", which does not exist");
    }
  }

  private static void checkNotTerminal(LiveRow row) {
    if (row.status().isTerminal()) {
      throw broken(
          "the live row of run "
              + row.id()
              + " has status "
              + row.status()
              + ", which is terminal");
    }
  }

  private static IllegalStateException broken(String promise) {
    return new IllegalStateException(promise + "; nothing of this commit was applied");
  }
}
