package dev.pawl.samples.indexer;

/**
 * What the root run is asked for.
 *
 * @param folder the folder to index, as an absolute path without links: by it an unfinished run is
 *     found again
 */
record Tree(String folder) {}
