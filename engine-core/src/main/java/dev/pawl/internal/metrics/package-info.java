/** Micrometer: meters fed by what the loop tells, observations of triggers and attempts. */
@NullMarked
package dev.pawl.internal.metrics;

import org.jspecify.annotations.NullMarked;
