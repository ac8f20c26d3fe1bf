package dev.pawl.h2.internal;

import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.util.HashSet;
import java.util.Set;

/**
 * What {@link Changes} promise and no key of the database enforces: that a run has either a live
 * row or a result, and the status that belongs there; that no row is written twice. A few look-ups
 * a row, against a store that could not be read any more.
 */
final class ChangesCheck {
  private ChangesCheck() {}

  static void require(Changes changes) {
    Set<Long> created = new HashSet<>();
    for (RunRow row : changes.runs()) {
      require(created.add(row.id()), row.id(), "is inserted twice");
    }
    Set<Long> updated = new HashSet<>();
    for (RunRow row : changes.runUpdates()) {
      require(!created.contains(row.id()), row.id(), "is updated but new");
      require(updated.add(row.id()), row.id(), "is updated twice");
    }
    Set<Long> live = new HashSet<>();
    for (LiveRow row : changes.liveInserts()) {
      require(!row.status().isTerminal(), row.id(), "is live in a terminal status");
      require(created.contains(row.id()), row.id(), "gets a live row but is not new");
      require(live.add(row.id()), row.id(), "gets two live rows");
    }
    for (LiveRow row : changes.liveUpdates()) {
      require(!row.status().isTerminal(), row.id(), "is live in a terminal status");
      require(live.add(row.id()), row.id(), "gets two live rows");
    }
    Set<Long> deleted = new HashSet<>();
    for (long id : changes.liveDeletes()) {
      require(!live.contains(id), id, "gets a live row and loses it");
      require(deleted.add(id), id, "loses its live row twice");
    }
    Set<Long> ended = new HashSet<>();
    for (ResultRow row : changes.results()) {
      long id = row.id();
      require(row.status().isTerminal(), id, "gets a result that is not terminal");
      require(ended.add(id), id, "gets two results");
      require(deleted.contains(id) || created.contains(id), id, "gets a result but stays live");
      require(!live.contains(id), id, "gets a result and a live row");
    }
    for (long id : changes.liveDeletes()) {
      require(ended.contains(id), id, "loses its live row but gets no result");
    }
    for (RunRow row : changes.runs()) {
      long id = row.id();
      require(live.contains(id) || ended.contains(id), id, "is new but neither live nor ended");
    }
    Set<Long> hooks = new HashSet<>();
    for (long id : changes.hooksOwed()) {
      require(ended.contains(id), id, "owes its hooks but does not end");
      require(hooks.add(id), id, "owes its hooks twice");
    }
    for (long id : changes.hooksPaid()) {
      require(hooks.add(id), id, "pays its hooks twice, or owes and pays them");
    }
    requireKeysOnce(changes);
    Set<Long> labelled = new HashSet<>();
    for (LabelRow row : changes.labels()) {
      require(labelled.add(row.runId()), row.runId(), "gets labels twice");
    }
    requireBatchesOnce(changes);
  }

  private static void requireBatchesOnce(Changes changes) {
    Set<Long> written = new HashSet<>();
    changes.batches().forEach(row -> requireBatch(written.add(row.id()), row.id()));
    changes.batchUpdates().forEach(row -> requireBatch(written.add(row.id()), row.id()));
  }

  private static void requireBatch(boolean once, long id) {
    if (!once) {
      throw new IllegalStateException(
          "the changes cannot be stored: batch " + id + " is written twice");
    }
  }

  private static void requireKeysOnce(Changes changes) {
    Set<BindingRow.Key> keys = new HashSet<>();
    for (BindingRow row : changes.bindings()) {
      require(keys.add(row.key()), row.key(), "is bound twice");
    }
    for (BindingRow.Key key : changes.unboundKeys()) {
      require(keys.add(key), key, "is freed twice, or both bound and freed");
    }
  }

  private static void require(boolean kept, BindingRow.Key key, String otherwise) {
    if (!kept) {
      throw new IllegalStateException(
          "the changes cannot be stored: idempotency key " + key + " " + otherwise);
    }
  }

  private static void require(boolean kept, long id, String otherwise) {
    if (!kept) {
      throw new IllegalStateException("the changes cannot be stored: run " + id + " " + otherwise);
    }
  }
}
