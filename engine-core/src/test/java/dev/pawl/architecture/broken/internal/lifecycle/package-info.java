/** The one layer of the broken engine with nothing wrong. */
@NullMarked
package dev.pawl.architecture.broken.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
