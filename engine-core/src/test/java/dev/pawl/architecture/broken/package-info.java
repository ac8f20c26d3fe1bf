/** A small engine that breaks every rule of the house on purpose. */
@NullMarked
package dev.pawl.architecture.broken;

import org.jspecify.annotations.NullMarked;
