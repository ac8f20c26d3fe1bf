/** What a store, a codec or a listener implements: plain rows, changes and reads, and no rules. */
@NullMarked
package dev.pawl.spi;

import org.jspecify.annotations.NullMarked;
