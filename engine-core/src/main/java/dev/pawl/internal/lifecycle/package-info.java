/** Pure: where a run may go from where it stands; every legal transition in one file. */
@NullMarked
package dev.pawl.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
