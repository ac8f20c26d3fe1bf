/**
 * The engine's core and loop, driven turn by turn by a seed, and what proves that it finds bugs.
 */
@NullMarked
package dev.pawl.simulation;

import org.jspecify.annotations.NullMarked;
