/** The store that keeps runs in an H2 database file. */
@NullMarked
package dev.pawl.h2;

import org.jspecify.annotations.NullMarked;
