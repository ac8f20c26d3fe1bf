package dev.pawl.internal.api;

import dev.pawl.IdempotencyKey;
import dev.pawl.IdempotencyKey.Scope;
import dev.pawl.InvalidOptionException;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.BindingRow;
import org.jspecify.annotations.Nullable;

/**
 * Identifies idempotency keys: by task, scope, whose scope it is, and the parts, each kept apart
 * from the next.
 */
final class Keys {
  private Keys() {}

  /** The scope of a key: what it says, or the default of the place where it is used. */
  static Scope scope(IdempotencyKey key, @Nullable Attempt caller) {
    Scope scope = key.scope();
    if (scope == null) {
      return caller == null ? Scope.GLOBAL : Scope.RUN;
    }
    if (caller == null && scope != Scope.GLOBAL) {
      throw new InvalidOptionException(
          "an idempotency key of scope "
              + scope
              + " belongs to a run; outside of every run use GLOBAL");
    }
    return scope;
  }

  static BindingRow.Key identify(String taskId, IdempotencyKey key, @Nullable Attempt caller) {
    Scope scope = scope(key, caller);
    Hashes.Hasher hasher = new Hashes.Hasher().add(scope.name());
    if (caller != null && scope != Scope.GLOBAL) {
      hasher.add(Ids.run(caller.runId()));
      if (scope == Scope.ATTEMPT) {
        hasher.add(Integer.toString(caller.number()));
      }
    }
    key.parts().forEach(hasher::add);
    return hasher.toKey(taskId);
  }
}
