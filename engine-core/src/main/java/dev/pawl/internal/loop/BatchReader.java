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

  /** The run at each index. */
  public List<Long> runIds(long batchId) {
    List<Long> runIds = new ArrayList<>();
    List<BatchItemRow> page;
    do {
      page = store.batchItems(batchId, runIds.size() - 1, PAGE);
      page.forEach(item -> runIds.add(item.runId()));
    } while (page.size() == PAGE);
    return runIds;
  }
}
