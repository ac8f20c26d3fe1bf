package dev.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: a circle of members that each have one turn before any has another. Joining,
 * leaving and taking turns are O(1).
 *
 * @param <T> the members
 */
final class Ring<T> {

  /** A member's place in one ring, whether it is in at present or not. */
  static final class Place<T> {
    private final T member;
    private @Nullable Place<T> previous;
    private @Nullable Place<T> next;

    Place(T member) {
      this.member = member;
    }
  }

  private @Nullable Place<T> head;

  boolean isEmpty() {
    return head == null;
  }

  boolean contains(Place<T> place) {
    return place.next != null;
  }

  /** The member whose turn it is, or null. */
  @Nullable T peek() {
    Place<T> first = head;
    return first == null ? null : first.member;
  }

  /** Joins at the end of the present round; without effect where it is in. */
  void join(Place<T> place) {
    if (contains(place)) {
      return;
    }
    Place<T> first = head;
    if (first == null) {
      head = place;
      link(place, place);
    } else {
      Place<T> last = linked(first.previous);
      link(last, place);
      link(place, first);
    }
  }

  /** Leaves; without effect where it is not in. */
  void leave(Place<T> place) {
    if (!contains(place)) {
      return;
    }
    Place<T> next = linked(place.next);
    if (next == place) {
      head = null;
    } else {
      link(linked(place.previous), next);
      if (head == place) {
        head = next;
      }
    }
    place.previous = null;
    place.next = null;
  }

  /**
   * A member has its turn: its next one comes after everybody else's. Without effect where it is
   * not in.
   */
  void takeTurn(Place<T> place) {
    if (head == place) {
      head = place.next;
    } else if (contains(place)) {
      leave(place);
      join(place);
    }
  }

  private static <T> void link(Place<T> before, Place<T> after) {
    before.next = after;
    after.previous = before;
  }

  private static <T> Place<T> linked(@Nullable Place<T> place) {
    if (place == null) {
      throw new IllegalStateException("not in the ring");
    }
    return place;
  }
}
