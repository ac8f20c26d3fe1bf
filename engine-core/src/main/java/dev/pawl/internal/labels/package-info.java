/** Pure: what an operation makes of a run's metadata. */
@NullMarked
package dev.pawl.internal.labels;

import org.jspecify.annotations.NullMarked;
