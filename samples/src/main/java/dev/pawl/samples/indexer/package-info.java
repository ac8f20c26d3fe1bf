/**
 * Indexes the files of a folder: one run for each folder, one for each file, and totals that come
 * up the tree. Kill it in the middle; the same command goes on where it was.
 */
@NullMarked
package dev.pawl.samples.indexer;

import org.jspecify.annotations.NullMarked;
