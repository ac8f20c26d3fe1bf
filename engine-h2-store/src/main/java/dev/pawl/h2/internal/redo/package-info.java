/** The redo journal: what is committed, in files that are only appended to; knows no database. */
@NullMarked
package dev.pawl.h2.internal.redo;

import org.jspecify.annotations.NullMarked;
