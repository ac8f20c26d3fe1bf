/** The API: what a user of the engine types. */
@NullMarked
package dev.pawl;

import org.jspecify.annotations.NullMarked;
