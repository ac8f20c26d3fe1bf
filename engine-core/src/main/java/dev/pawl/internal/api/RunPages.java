package dev.pawl.internal.api;

import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoredRun;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Runs that pass a filter, newest first, read page by page as they are asked for. */
final class RunPages implements Iterator<StoredRun> {
  private final Reads reads;
  private final RunFilter filter;
  private final int size;
  private Iterator<StoredRun> page = List.<StoredRun>of().iterator();
  private long before;
  private boolean more = true;

  /**
   * Reads nothing yet.
   *
   * @param before only runs with an id less than this
   * @param size how many are read at once
   */
  RunPages(Reads reads, RunFilter filter, long before, int size) {
    this.reads = reads;
    this.filter = filter;
    this.before = before;
    this.size = size;
  }

  /** The next page; empty where there is none. */
  List<StoredRun> nextPage() {
    List<StoredRun> runs = more ? reads.read(store -> store.runs(filter, before, size)) : List.of();
    more = runs.size() == size;
    if (!runs.isEmpty()) {
      before = runs.getLast().run().id();
    }
    return runs;
  }

  @Override
  public boolean hasNext() {
    if (!page.hasNext()) {
      page = nextPage().iterator();
    }
    return page.hasNext();
  }

  @Override
  public StoredRun next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }
}
