package dev.pawl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items what is on it
 * @param next the cursor of the next page, to be given back as {@code after}; null on the last one
 */
public record Page<T>(List<T> items, @Nullable String next) {
  /** A page; later changes of the list do not change it. */
  public Page {
    items = List.copyOf(items);
  }
}
