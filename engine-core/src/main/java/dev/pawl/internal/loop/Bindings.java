package dev.pawl.internal.loop;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.RunStatus;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Binding;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which runs idempotency keys name. The store holds all of them; a bounded cache in front of it
 * holds hits and misses. The loop is the only writer, so what the cache holds is never stale, and
 * what falls out of it is in the store or in the turn at hand.
 */
final class Bindings {
  private final EngineState engine;
  private final RunStore store;
  private final Cache<BindingRow.Key, Optional<Binding>> cache;

  /** What the turn at hand has bound and not committed yet; a cache may drop it, this does not. */
  private final Map<BindingRow.Key, Optional<Binding>> uncommitted = new HashMap<>();

  Bindings(EngineState engine, RunStore store, int cacheSize) {
    this.engine = engine;
    this.store = store;
    this.cache = Caffeine.newBuilder().maximumSize(cacheSize).executor(Runnable::run).build();
  }

  /**
   * The run that a key names, as long as it is bound: not expired, and its run has not freed it.
   */
  @Nullable BindingRow find(Turn turn, BindingRow.Key key) {
    Binding binding = lookUp(key).orElse(null);
    if (binding == null || binding.row().expiresAtMicros() <= turn.now) {
      return null;
    }
    if (engine.live.containsKey(binding.row().runId())) {
      return binding.row();
    }
    RunStatus ended = ended(turn, key, binding);
    return ended == RunStatus.COMPLETED || ended == RunStatus.CANCELED ? binding.row() : null;
  }

  /** The batch that a key names, as long as it is bound, there, and not aborted. */
  @Nullable BindingRow findBatch(Turn turn, BindingRow.Key key) {
    Binding binding = lookUp(key).orElse(null);
    if (binding == null || binding.row().expiresAtMicros() <= turn.now) {
      return null;
    }
    long id = binding.row().runId();
    BatchRow row = turn.batchRow(id);
    BatchRow batch = row == null ? store.batch(id).orElse(null) : row;
    return batch == null || batch.state() == BatchRow.State.ABORTED ? null : binding.row();
  }

  void bind(Turn turn, BindingRow row) {
    turn.bind(row);
    remember(row.key(), Optional.of(new Binding(row, null)));
  }

  /** Frees the key of a batch; returns whether it was bound. */
  boolean unbindBatch(Turn turn, BindingRow.Key key) {
    return free(turn, key, findBatch(turn, key) != null);
  }

  /** Frees a key; returns whether it was bound. */
  boolean unbind(Turn turn, BindingRow.Key key) {
    return free(turn, key, find(turn, key) != null);
  }

  private boolean free(Turn turn, BindingRow.Key key, boolean bound) {
    turn.unbind(key, store.binding(key).isPresent());
    remember(key, Optional.empty());
    return bound;
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

  private void remember(BindingRow.Key key, Optional<Binding> binding) {
    uncommitted.put(key, binding);
    cache.put(key, binding);
  }

  private Optional<Binding> lookUp(BindingRow.Key key) {
    Optional<Binding> fresh = uncommitted.get(key);
    if (fresh != null) {
      return fresh;
    }
    Optional<Binding> cached = cache.getIfPresent(key);
    if (cached == null) {
      cached = store.binding(key);
      cache.put(key, cached);
    }
    return cached;
  }

  /**
   * How the run of a key has ended: in this turn, as the cache knows, or as the store does by now.
   */
  private @Nullable RunStatus ended(Turn turn, BindingRow.Key key, Binding binding) {
    ResultRow now = turn.resultOf(binding.row().runId());
    if (now != null) {
      return now.status();
    }
    if (binding.ended() != null) {
      return binding.ended();
    }
    Optional<Binding> stored = store.binding(key);
    cache.put(key, stored);
    return stored.map(Binding::ended).orElse(null);
  }
}
