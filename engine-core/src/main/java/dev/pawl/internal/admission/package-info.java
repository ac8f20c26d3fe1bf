/** Pure: what a trigger becomes. */
@NullMarked
package dev.pawl.internal.admission;

import org.jspecify.annotations.NullMarked;
