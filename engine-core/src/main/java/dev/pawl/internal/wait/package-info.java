/** Pure: the journal of a body's calls and its replay. */
@NullMarked
package dev.pawl.internal.wait;

import org.jspecify.annotations.NullMarked;
