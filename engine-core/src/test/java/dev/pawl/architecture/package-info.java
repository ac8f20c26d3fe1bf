/** The rules of the house, and proof that each of them can fail. */
@NullMarked
package dev.pawl.architecture;

import org.jspecify.annotations.NullMarked;
