package dev.pawl.internal.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what a misspelled name may have meant. */
final class Similar {
  private static final int SHOWN = 3;

  private Similar() {}

  /** Known names that look like this one, most alike first. */
  static List<String> to(String name, Collection<String> known) {
    int tolerated = Math.max(2, name.length() / 3);
    return known.stream()
        .filter(each -> EditDistance.between(name, each) <= tolerated || each.contains(name))
        .sorted(
            Comparator.comparingInt((String each) -> EditDistance.between(name, each))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }
}
