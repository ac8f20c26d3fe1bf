/** Indexes the files of a folder. */
@NullMarked
package dev.pawl.samples.indexer;

import org.jspecify.annotations.NullMarked;
