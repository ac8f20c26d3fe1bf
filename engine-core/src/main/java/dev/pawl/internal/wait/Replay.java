package dev.pawl.internal.wait;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The recorded calls of a body that is run again, handed out as it makes them anew. A call gets the
 * first unused entry that is equal in kind, task and match, so that the order among different calls
 * does not matter: several threads of a body may interleave differently.
 *
 * <p>Not safe for use by several threads; the caller guards it.
 */
public final class Replay {
  private final Map<JournalEntry.Call, Deque<JournalEntry>> byCall = new HashMap<>();
  private final TreeMap<Integer, JournalEntry> unused = new TreeMap<>();

  /**
   * A replay of these entries.
   *
   * @param entries the journal in the order of {@code seq}
   */
  public Replay(List<JournalEntry> entries) {
    for (JournalEntry entry : entries) {
      byCall.computeIfAbsent(entry.call(), call -> new ArrayDeque<>()).add(entry);
      unused.put(entry.seq(), entry);
    }
  }

  /** The entry of a call; null where the body has made more such calls than are recorded. */
  public @Nullable JournalEntry take(JournalEntry.Call call) {
    Deque<JournalEntry> entries = byCall.get(call);
    JournalEntry entry = entries == null ? null : entries.poll();
    if (entry != null) {
      unused.remove(entry.seq());
    }
    return entry;
  }

  /** The first entry that was not taken yet, or null once the body stands where it stood. */
  public @Nullable JournalEntry firstUnused() {
    return unused.isEmpty() ? null : unused.firstEntry().getValue();
  }
}
