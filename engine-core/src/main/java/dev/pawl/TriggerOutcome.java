package dev.pawl;

/** What a trigger did. */
public enum TriggerOutcome {
  /** It created the run. */
  CREATED,
  /** Its idempotency key named a run that exists; nothing was created. */
  DEDUPLICATED,
  /** Its debounce key named a delayed run, which was pushed; nothing was created. */
  DEBOUNCED
}
