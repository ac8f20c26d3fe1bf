/** Pure: which run may start next, under limits, by key, in order and fairly. */
@NullMarked
package dev.pawl.internal.queue;

import org.jspecify.annotations.NullMarked;
