package dev.pawl.h2.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The ids that were added last, so many at least and twice as many at most: who is not in may have
 * been forgotten. Used by one thread at a time.
 */
final class RecentIds {
  private final int atLeast;
  private Set<Long> young = new HashSet<>();
  private Set<Long> old = new HashSet<>();

  RecentIds(int atLeast) {
    this.atLeast = atLeast;
  }

  void add(long id) {
    if (young.size() >= atLeast) {
      old = young;
      young = new HashSet<>();
    }
    young.add(id);
  }

  void removeAll(Collection<Long> ids) {
    for (Long id : ids) {
      young.remove(id);
      old.remove(id);
    }
  }

  boolean contains(long id) {
    return young.contains(id) || old.contains(id);
  }
}
