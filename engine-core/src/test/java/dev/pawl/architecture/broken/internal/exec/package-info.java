/** The broken engine's execution. */
@NullMarked
package dev.pawl.architecture.broken.internal.exec;

import org.jspecify.annotations.NullMarked;
