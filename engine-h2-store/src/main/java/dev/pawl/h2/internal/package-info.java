/** How runs are kept in H2: one class per table, and who may write, read, open and lock. */
@NullMarked
package dev.pawl.h2.internal;

import org.jspecify.annotations.NullMarked;
