/** What a store, a codec or a listener implements. */
@NullMarked
package dev.pawl.spi;

import org.jspecify.annotations.NullMarked;
