package dev.pawl.internal.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap whose elements know their place, so that any of them is removed in O(log n). An
 * element is in at most one heap of a kind. Gives memory back as it empties.
 *
 * @param <T> the elements
 */
public final class IndexedHeap<T> {
  /** An element that is in no heap has this place. */
  public static final int NOWHERE = -1;

  private static final int INITIAL_CAPACITY = 4;

  /** Up to this many places are not given back when they are empty. */
  private static final int KEPT_CAPACITY = 64;

  /**
   * The order of the elements, and where each keeps its place.
   *
   * @param <T> the elements
   */
  public interface Kind<T> {
    /** Whether {@code a} comes out before {@code b}. A strict total order. */
    boolean before(T a, T b);

    int place(T element);

    void place(T element, int place);
  }

  private final Kind<T> kind;
  private @Nullable Object[] elements = new @Nullable Object[INITIAL_CAPACITY];
  private int size;

  public IndexedHeap(Kind<T> kind) {
    this.kind = kind;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** How many elements it has room for at present. */
  int capacity() {
    return elements.length;
  }

  /** The element that comes out next, or null. */
  public @Nullable T peek() {
    return size == 0 ? null : at(0);
  }

  /** Takes out the element that comes next, or null. */
  public @Nullable T poll() {
    T first = peek();
    if (first != null) {
      remove(first);
    }
    return first;
  }

  /** All elements, in order. Costs O(n log n). */
  List<T> sorted() {
    List<T> all = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      all.add(at(i));
    }
    all.sort((a, b) -> a == b ? 0 : kind.before(a, b) ? -1 : 1);
    return all;
  }

  /** Adds an element that is in no heap of this kind. */
  public void add(T element) {
    if (kind.place(element) != NOWHERE) {
      throw new IllegalStateException("already in a heap: " + element);
    }
    if (size == elements.length) {
      elements = Arrays.copyOf(elements, size * 2);
    }
    size++;
    siftUp(size - 1, element);
  }

  /** Takes out all elements. */
  public void clear() {
    while (size > 0) {
      size--;
      kind.place(at(size), NOWHERE);
      elements[size] = null;
    }
    if (elements.length > KEPT_CAPACITY) {
      elements = new @Nullable Object[INITIAL_CAPACITY];
    }
  }

  /** Takes out an element, if it is in. */
  public boolean remove(T element) {
    int place = kind.place(element);
    if (place == NOWHERE) {
      return false;
    }
    kind.place(element, NOWHERE);
    size--;
    T last = at(size);
    elements[size] = null;
    if (place != size) {
      siftDown(place, last);
      if (at(place) == last) {
        siftUp(place, last);
      }
    }
    if (elements.length > KEPT_CAPACITY && size < elements.length / 4) {
      elements = Arrays.copyOf(elements, elements.length / 2);
    }
    return true;
  }

  /**
   * How many elements come out before one that is in. Looks at those and their neighbours alone, so
   * that it costs what it counts.
   *
   * @param atMost where to stop counting
   */
  public int countBefore(T element, int atMost) {
    int count = 0;
    ArrayDeque<Integer> toLookAt = new ArrayDeque<>();
    toLookAt.push(0);
    while (!toLookAt.isEmpty() && count < atMost) {
      int place = toLookAt.pop();
      if (place < size && kind.before(at(place), element)) {
        count++;
        toLookAt.push(2 * place + 1);
        toLookAt.push(2 * place + 2);
      }
    }
    return count;
  }

  private void siftUp(int from, T element) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      T above = at(parent);
      if (!kind.before(element, above)) {
        break;
      }
      put(place, above);
      place = parent;
    }
    put(place, element);
  }

  private void siftDown(int from, T element) {
    int place = from;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size && kind.before(at(child + 1), at(child))) {
        child++;
      }
      T below = at(child);
      if (!kind.before(below, element)) {
        break;
      }
      put(place, below);
      place = child;
    }
    put(place, element);
  }

  private void put(int place, T element) {
    elements[place] = element;
    kind.place(element, place);
  }

  // Only put() stores, and it takes a T; places below size are filled.
  @SuppressWarnings({"unchecked", "NullAway"})
  private T at(int place) {
    return (T) elements[place];
  }
}
