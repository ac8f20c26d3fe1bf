package dev.pawl.internal.loop;

import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.RunStore;
import java.util.ArrayList;
import java.util.List;

/** Reads the items of a batch page by page. */
public final class BatchReader {
  private static final int PAGE = 1_000;
  private final RunStore store;

  public BatchReader(RunStore store) {
    this.store = store;
  }

  /** The items in order; where retention has taken some, the others. */
  public List<BatchItemRow> items(long batchId) {
    List<BatchItemRow> items = new ArrayList<>();
    List<BatchItemRow> page;
    do {
      page = store.batchItems(batchId, items.isEmpty() ? -1 : items.getLast().index(), PAGE);
      items.addAll(page);
    } while (page.size() == PAGE);
    return items;
  }

  /** The run at each index. */
  public List<Long> runIds(long batchId) {
    List<Long> runIds = new ArrayList<>();
    items(batchId).forEach(item -> runIds.add(item.runId()));
    return runIds;
  }
}
