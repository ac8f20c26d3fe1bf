/** The virtual threads that run bodies. Knows no store. */
@NullMarked
package dev.pawl.internal.exec;

import org.jspecify.annotations.NullMarked;
