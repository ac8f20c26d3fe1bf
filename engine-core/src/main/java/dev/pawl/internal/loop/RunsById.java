package dev.pawl.internal.loop;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Runs that are found by their ids, in some eight bytes each beside the run itself.
 *
 * <p>Not a map of boxed ids, which takes sixty bytes more. Many small tables, as in {@link IdSet}.
 */
final class RunsById extends AbstractCollection<LiveRun> {
  private static final int SMALLEST = 16;

  /** A table without runs, which all empty ones share: nothing is ever written to it. */
  private static final @Nullable LiveRun[] EMPTY = new @Nullable LiveRun[1];

  /** Every table has an empty slot. */
  private final @Nullable LiveRun[][] tables = new @Nullable LiveRun[IdSet.TABLES][];

  private final int[] sizes = new int[IdSet.TABLES];
  private int size;

  RunsById() {
    Arrays.fill(tables, EMPTY);
  }

  @Override
  public int size() {
    return size;
  }

  @Nullable LiveRun get(long id) {
    long hash = IdSet.hash(id);
    @Nullable LiveRun[] table = tables[IdSet.tableOf(hash)];
    return table[slot(table, id, hash)];
  }

  /** Puts a run in; takes the place of another object of the same run. */
  void put(LiveRun run) {
    long hash = IdSet.hash(run.id());
    int number = IdSet.tableOf(hash);
    @Nullable LiveRun[] table = tables[number];
    int slot = slot(table, run.id(), hash);
    if (table[slot] == null) {
      if (4 * (sizes[number] + 1) > 3 * table.length) {
        table = resized(table, Math.max(SMALLEST, 2 * table.length));
        tables[number] = table;
        slot = slot(table, run.id(), hash);
      }
      sizes[number]++;
      size++;
    }
    table[slot] = run;
  }

  /** Takes out whatever is there under an id. */
  void removeId(long id) {
    long hash = IdSet.hash(id);
    int number = IdSet.tableOf(hash);
    @Nullable LiveRun[] table = tables[number];
    int slot = slot(table, id, hash);
    if (table[slot] == null) {
      return;
    }
    close(table, slot);
    sizes[number]--;
    size--;
    if (sizes[number] == 0) {
      tables[number] = EMPTY;
    } else if (table.length > SMALLEST && 8 * sizes[number] < table.length) {
      tables[number] = resized(table, table.length / 2);
    }
  }

  @Override
  public void clear() {
    Arrays.fill(tables, EMPTY);
    Arrays.fill(sizes, 0);
    size = 0;
  }

  /** In no order; nothing may be put in or taken out meanwhile. */
  @Override
  public Iterator<LiveRun> iterator() {
    return new Walk();
  }

  /** Where a run stands, or would. */
  private static int slot(@Nullable LiveRun[] table, long id, long hash) {
    int mask = table.length - 1;
    int slot = (int) hash & mask;
    for (LiveRun there = table[slot]; there != null && there.id() != id; there = table[slot]) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Empties a slot, and moves up whoever was kept from a place before theirs by it. */
  private static void close(@Nullable LiveRun[] table, int emptied) {
    int mask = table.length - 1;
    int gap = emptied;
    int slot = gap;
    while (true) {
      slot = (slot + 1) & mask;
      LiveRun run = table[slot];
      if (run == null) {
        table[gap] = null;
        return;
      }
      int wanted = (int) IdSet.hash(run.id()) & mask;
      if (((slot - wanted) & mask) >= ((slot - gap) & mask)) {
        table[gap] = run;
        gap = slot;
      }
    }
  }

  private static @Nullable LiveRun[] resized(@Nullable LiveRun[] table, int capacity) {
    @Nullable LiveRun[] resized = new @Nullable LiveRun[capacity];
    for (LiveRun run : table) {
      if (run != null) {
        resized[slot(resized, run.id(), IdSet.hash(run.id()))] = run;
      }
    }
    return resized;
  }

  private final class Walk implements Iterator<LiveRun> {
    private int table;
    private int slot;
    private @Nullable LiveRun next = following();

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public LiveRun next() {
      LiveRun run = next;
      if (run == null) {
        throw new NoSuchElementException();
      }
      next = following();
      return run;
    }

    private @Nullable LiveRun following() {
      for (; table < tables.length; table++, slot = 0) {
        @Nullable LiveRun[] runs = tables[table];
        while (slot < runs.length) {
          LiveRun run = runs[slot++];
          if (run != null) {
            return run;
          }
        }
      }
      return null;
    }
  }
}
