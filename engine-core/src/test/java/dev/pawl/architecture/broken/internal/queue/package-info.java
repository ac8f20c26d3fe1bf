/** A pure layer, broken in every way. */
@NullMarked
package dev.pawl.architecture.broken.internal.queue;

import org.jspecify.annotations.NullMarked;
