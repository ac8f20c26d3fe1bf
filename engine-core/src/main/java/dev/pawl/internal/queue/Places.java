package dev.pawl.internal.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Places of runs in an order: for each run an instant and its id, sixteen bytes together, and
 * nothing else of it. The lesser instant comes first, then the lesser id.
 *
 * <p>A list of sorted blocks. What comes at the end, as nearly everything does, is appended and
 * fills its block; what belongs before that is put where it belongs, and splits a block that is
 * full. Adding and removing cost O(log n) and a move within one block. A block that empties gives
 * memory back.
 */
public final class Places {
  private static final int SMALLEST_BLOCK = 4;
  private static final int LARGEST_BLOCK = 512;

  /** The blocks in order; none is empty. */
  private final List<Block> blocks = new ArrayList<>(0);

  private int size;

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** The instant of the first; there must be one. */
  public long firstAt() {
    return blocks.getFirst().at(0);
  }

  /** The id of the first; there must be one. */
  public long firstId() {
    return blocks.getFirst().id(0);
  }

  /** Whether the first comes before this place; false where there is none. */
  public boolean isFirstBefore(long at, long id) {
    return size > 0 && blocks.getFirst().isBefore(0, at, id);
  }

  /** Adds a place that is not in. */
  public void add(long at, long id) {
    int index = blockFor(at, id);
    if (index < 0) {
      blocks.add(new Block(SMALLEST_BLOCK));
      index = 0;
    }
    Block block = blocks.get(index);
    int position = block.position(at, id);
    if (block.has(position, at, id)) {
      throw new IllegalStateException("run " + id + " has this place already");
    }
    if (block.size == LARGEST_BLOCK) {
      boolean atTheEnd = position == block.size && index == blocks.size() - 1;
      Block next = atTheEnd ? new Block(SMALLEST_BLOCK) : block.split();
      blocks.add(index + 1, next);
      if (position > block.size || atTheEnd) {
        position -= block.size;
        block = next;
      }
    }
    block.insert(position, at, id);
    size++;
  }

  /** Takes a place out; returns whether it was in. */
  public boolean remove(long at, long id) {
    int index = blockFor(at, id);
    if (index < 0) {
      return false;
    }
    Block block = blocks.get(index);
    int position = block.position(at, id);
    if (!block.has(position, at, id)) {
      return false;
    }
    block.delete(position);
    if (block.size == 0) {
      blocks.remove(index);
    }
    size--;
    return true;
  }

  /**
   * The ids of the first few, in order.
   *
   * @param until only those whose instant is not after this
   */
  public List<Long> first(int atMost, long until) {
    List<Long> ids = new ArrayList<>(Math.min(atMost, size));
    for (Block block : blocks) {
      for (int i = 0; i < block.size; i++) {
        if (ids.size() == atMost || block.at(i) > until) {
          return ids;
        }
        ids.add(block.id(i));
      }
    }
    return ids;
  }

  /**
   * How many come before this place.
   *
   * @param atMost where to stop counting
   */
  public int countBefore(long at, long id, int atMost) {
    int count = 0;
    for (Block block : blocks) {
      if (count >= atMost || !block.isBefore(0, at, id)) {
        break;
      }
      count += block.position(at, id);
    }
    return Math.min(count, atMost);
  }

  /** Takes out all places. */
  public void clear() {
    blocks.clear();
    size = 0;
  }

  /** The last block that begins before or at a place, or the first one; -1 where there is none. */
  private int blockFor(long at, long id) {
    int last = blocks.size() - 1;
    if (last < 0 || !blocks.get(last).isAfter(0, at, id)) {
      return last;
    }
    int from = 0;
    int to = last;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (blocks.get(middle).isAfter(0, at, id)) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return Math.max(0, from - 1);
  }

  /** Some neighbours: instant and id of each in turn. */
  private static final class Block {
    private long[] places;

    /** Where the first stands: what is taken from the front moves nobody. */
    private int offset;

    private int size;

    Block(int capacity) {
      this.places = new long[2 * capacity];
    }

    long at(int index) {
      return places[2 * (offset + index)];
    }

    long id(int index) {
      return places[2 * (offset + index) + 1];
    }

    boolean has(int index, long at, long id) {
      return index < size && at(index) == at && id(index) == id;
    }

    boolean isBefore(int index, long at, long id) {
      return at(index) != at ? at(index) < at : id(index) < id;
    }

    boolean isAfter(int index, long at, long id) {
      return at(index) != at ? at(index) > at : id(index) > id;
    }

    /** How many of these come before a place. */
    int position(long at, long id) {
      if (size > 0 && isBefore(size - 1, at, id)) {
        return size;
      }
      int from = 0;
      int to = size;
      while (from < to) {
        int middle = (from + to) >>> 1;
        if (isBefore(middle, at, id)) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      return from;
    }

    void insert(int index, long at, long id) {
      if (2 * (offset + size) == places.length) {
        int capacity = size <= places.length / 4 ? places.length / 2 : places.length;
        resize(Math.min(capacity, LARGEST_BLOCK));
      }
      move(offset + index, offset + index + 1, size - index);
      places[2 * (offset + index)] = at;
      places[2 * (offset + index) + 1] = id;
      size++;
    }

    void delete(int index) {
      size--;
      if (index == 0) {
        offset++;
      } else {
        move(offset + index + 1, offset + index, size - index);
      }
      if (places.length > 2 * SMALLEST_BLOCK && size < places.length / 8) {
        resize(places.length / 4);
      }
    }

    /** Gives half of a block away. */
    Block split() {
      int kept = size / 2;
      Block other = new Block(LARGEST_BLOCK);
      other.size = size - kept;
      System.arraycopy(places, 2 * (offset + kept), other.places, 0, 2 * other.size);
      size = kept;
      return other;
    }

    private void resize(int capacity) {
      places = Arrays.copyOfRange(places, 2 * offset, 2 * (offset + capacity));
      offset = 0;
    }

    private void move(int from, int to, int count) {
      System.arraycopy(places, 2 * from, places, 2 * to, 2 * count);
    }
  }
}
