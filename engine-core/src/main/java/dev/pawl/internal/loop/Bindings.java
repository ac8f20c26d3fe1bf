package dev.pawl.internal.loop;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.RunStatus;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.RunStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which runs idempotency keys name: a key is bound until it expires, is reset, or its run ends in a
 * way that frees it, which the commit that ends the run does. The store holds all of them; a
 * bounded cache in front of it holds hits and misses. The loop is the only writer, so what the
 * cache holds is never stale, and what falls out of it is in the store or in the turn at hand.
 */
final class Bindings {
  private final EngineState engine;
  private final RunStore store;
  private final Cache<BindingRow.Key, Optional<BindingRow>> cache;

  /** What the turn at hand has bound and not committed yet; a cache may drop it, this does not. */
  private final Map<BindingRow.Key, Optional<BindingRow>> uncommitted = new HashMap<>();

  Bindings(EngineState engine, RunStore store, int cacheSize) {
    this.engine = engine;
    this.store = store;
    this.cache = Caffeine.newBuilder().maximumSize(cacheSize).executor(Runnable::run).build();
  }

  /** The run that a key names, as long as it is bound. */
  @Nullable BindingRow find(Turn turn, BindingRow.Key key) {
    BindingRow row = lookUp(key).orElse(null);
    return row == null || row.expiresAtMicros() <= turn.now ? null : row;
  }

  /** The batch that a key names, as long as it is bound, there, and not aborted. */
  @Nullable BindingRow findBatch(Turn turn, BindingRow.Key key) {
    BindingRow bound = find(turn, key);
    if (bound == null) {
      return null;
    }
    BatchRow row = turn.batchRow(bound.runId());
    BatchRow batch = row == null ? store.batch(bound.runId()).orElse(null) : row;
    return batch == null || batch.state() == BatchRow.State.ABORTED ? null : bound;
  }

  void bind(Turn turn, BindingRow row) {
    turn.bind(row);
    remember(row.key(), Optional.of(row));
    LiveRun run = engine.live.resident(row.runId());
    if (run != null) {
      run.mayHaveKeys = true;
    }
  }

  /** Frees the key of a batch; returns whether it was bound. */
  boolean unbindBatch(Turn turn, BindingRow.Key key) {
    boolean bound = findBatch(turn, key) != null;
    free(turn, key);
    return bound;
  }

  /** Frees a key; returns whether it was bound. */
  boolean unbind(Turn turn, BindingRow.Key key) {
    boolean bound = find(turn, key) != null;
    free(turn, key);
    return bound;
  }

  /** A run ends: frees its keys, unless it ended in a way that a repeated trigger may rely on. */
  void ended(Turn turn, LiveRun run, RunStatus status) {
    if (run.mayHaveKeys && status != RunStatus.COMPLETED && status != RunStatus.CANCELED) {
      keysOf(run.id()).forEach(key -> free(turn, key));
    }
  }

  private List<BindingRow.Key> keysOf(long runId) {
    Map<BindingRow.Key, BindingRow> rows = new LinkedHashMap<>();
    store.bindings(runId).forEach(row -> rows.put(row.key(), row));
    uncommitted.forEach(
        (key, row) -> row.ifPresentOrElse(bound -> rows.put(key, bound), () -> rows.remove(key)));
    return rows.values().stream().filter(row -> row.runId() == runId).map(BindingRow::key).toList();
  }

  private void free(Turn turn, BindingRow.Key key) {
    turn.unbind(key, store.binding(key).isPresent());
    remember(key, Optional.empty());
  }

  /** The turn at hand is committed. */
  void committed() {
    uncommitted.clear();
  }

  /** The turn at hand broke off: what it bound is not stored. */
  void forget() {
    uncommitted.clear();
    cache.invalidateAll();
  }

  private void remember(BindingRow.Key key, Optional<BindingRow> binding) {
    uncommitted.put(key, binding);
    cache.put(key, binding);
  }

  private Optional<BindingRow> lookUp(BindingRow.Key key) {
    Optional<BindingRow> fresh = uncommitted.get(key);
    if (fresh != null) {
      return fresh;
    }
    Optional<BindingRow> cached = cache.getIfPresent(key);
    if (cached == null) {
      cached = store.binding(key);
      cache.put(key, cached);
    }
    return cached;
  }
}
