package dev.pawl.testing;

import java.util.Set;

/**
 * One passing of a point.
 *
 * @param names what it can be found by: ids of runs, batches and tasks
 */
record Moment(FaultPoint point, Set<String> names) {}
