package dev.pawl.internal.loop;

import java.util.Arrays;

/**
 * A set of ids in ten to twenty bytes each. No run has the id 0, which means none.
 *
 * <p>Many small tables rather than a large one: none of them is so large that it takes long to
 * double, or that a collector must find that much memory in one piece.
 */
final class IdSet {
  static final int TABLES = 1_024;
  private static final int SMALLEST = 16;

  /** A table without ids, which all empty ones share: nothing is ever written to it. */
  private static final long[] EMPTY = new long[1];

  /** A slot without an id holds zero; every table has one. */
  private final long[][] tables = new long[TABLES][];

  private final int[] sizes = new int[TABLES];
  private int size;

  IdSet() {
    Arrays.fill(tables, EMPTY);
  }

  int size() {
    return size;
  }

  boolean contains(long id) {
    long hash = hash(id);
    long[] table = tables[tableOf(hash)];
    return id != 0 && table[slot(table, id, hash)] == id;
  }

  /** Returns whether it was not in. */
  boolean add(long id) {
    if (id == 0) {
      throw new IllegalArgumentException("no run has the id 0");
    }
    long hash = hash(id);
    int number = tableOf(hash);
    long[] table = tables[number];
    int slot = slot(table, id, hash);
    if (table[slot] == id) {
      return false;
    }
    if (4 * (sizes[number] + 1) > 3 * table.length) {
      table = resized(table, Math.max(SMALLEST, 2 * table.length));
      tables[number] = table;
      slot = slot(table, id, hash);
    }
    table[slot] = id;
    sizes[number]++;
    size++;
    return true;
  }

  /** Returns whether it was in. */
  boolean remove(long id) {
    long hash = hash(id);
    int number = tableOf(hash);
    long[] table = tables[number];
    int slot = slot(table, id, hash);
    if (id == 0 || table[slot] != id) {
      return false;
    }
    close(table, slot);
    sizes[number]--;
    size--;
    if (sizes[number] == 0) {
      tables[number] = EMPTY;
    } else if (table.length > SMALLEST && 8 * sizes[number] < table.length) {
      tables[number] = resized(table, table.length / 2);
    }
    return true;
  }

  void clear() {
    Arrays.fill(tables, EMPTY);
    Arrays.fill(sizes, 0);
    size = 0;
  }

  /** Where an id stands, or would. */
  private static int slot(long[] table, long id, long hash) {
    int mask = table.length - 1;
    int slot = (int) hash & mask;
    while (table[slot] != 0 && table[slot] != id) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Empties a slot, and moves up whoever was kept from a place before theirs by it. */
  private static void close(long[] table, int emptied) {
    int mask = table.length - 1;
    int gap = emptied;
    int slot = gap;
    while (true) {
      slot = (slot + 1) & mask;
      long id = table[slot];
      if (id == 0) {
        table[gap] = 0;
        return;
      }
      int wanted = (int) hash(id) & mask;
      if (((slot - wanted) & mask) >= ((slot - gap) & mask)) {
        table[gap] = id;
        gap = slot;
      }
    }
  }

  private static long[] resized(long[] table, int capacity) {
    long[] resized = new long[capacity];
    for (long id : table) {
      if (id != 0) {
        resized[slot(resized, id, hash(id))] = id;
      }
    }
    return resized;
  }

  static int tableOf(long hash) {
    return (int) (hash >>> 54);
  }

  /** Spreads ids that follow each other over all bits. */
  static long hash(long id) {
    long mixed = (id ^ (id >>> 32)) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }
}
