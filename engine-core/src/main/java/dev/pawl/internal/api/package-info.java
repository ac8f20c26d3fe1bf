/** The facade: turns calls of the API into commands for the loop, and rows into snapshots. */
@NullMarked
package dev.pawl.internal.api;

import org.jspecify.annotations.NullMarked;
