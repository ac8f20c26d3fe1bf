package dev.pawl.spi;

import dev.pawl.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * A stored idempotency key, with how its run ended.
 *
 * @param row the key and its run
 * @param ended the run's terminal status; null while it has none
 */
public record Binding(BindingRow row, @Nullable RunStatus ended) {}
