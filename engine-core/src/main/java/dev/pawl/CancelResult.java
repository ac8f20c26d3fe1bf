package dev.pawl;

/**
 * What a cancel did.
 *
 * @param status the run's status after the call: {@code CANCELED}, or what it had ended with before
 * @param changed whether this call ended it; false where it had ended already
 */
public record CancelResult(RunStatus status, boolean changed) {}
