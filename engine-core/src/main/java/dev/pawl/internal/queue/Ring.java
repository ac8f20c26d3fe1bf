package dev.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: a circle of members that are each visited once before any is visited again.
 * Joining, leaving and taking turns are O(1).
 */
final class Ring<T extends Ring.Member<T>> {

  /** Something that can be in one ring. */
  abstract static class Member<T> {
    private @Nullable T previous;
    private @Nullable T next;
  }

  private @Nullable T head;

  boolean isEmpty() {
    return head == null;
  }

  boolean contains(T member) {
    return links(member).next != null;
  }

  /** Joins at the end of the present round; without effect where it is a member. */
  void join(T member) {
    if (contains(member)) {
      return;
    }
    T first = head;
    if (first == null) {
      head = member;
      link(member, member);
    } else {
      T last = previous(first);
      link(last, member);
      link(member, first);
    }
  }

  /** Leaves; without effect where it is no member. */
  void leave(T member) {
    if (!contains(member)) {
      return;
    }
    T next = next(member);
    if (next == member) {
      head = null;
    } else {
      link(previous(member), next);
      if (head == member) {
        head = next;
      }
    }
    links(member).previous = null;
    links(member).next = null;
  }

  /** The member whose turn it is; its next turn comes after everybody else's. */
  @Nullable T turn() {
    T member = head;
    if (member != null) {
      head = next(member);
    }
    return member;
  }

  private void link(T before, T after) {
    links(before).next = after;
    links(after).previous = before;
  }

  private T next(T member) {
    return member(links(member).next);
  }

  private T previous(T member) {
    return member(links(member).previous);
  }

  private T member(@Nullable T linked) {
    if (linked == null) {
      throw new IllegalStateException("not in the ring");
    }
    return linked;
  }

  private Member<T> links(T member) {
    return member;
  }
}
