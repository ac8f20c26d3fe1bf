/** The broken engine's loop. */
@NullMarked
package dev.pawl.architecture.broken.internal.loop;

import org.jspecify.annotations.NullMarked;
