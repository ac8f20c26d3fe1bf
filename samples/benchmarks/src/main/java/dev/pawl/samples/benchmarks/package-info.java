/**
 * What Pawl costs, beside what others cost: one runnable class for each workload, each contender in
 * a JVM of its own, in turn.
 */
@NullMarked
package dev.pawl.samples.benchmarks;

import org.jspecify.annotations.NullMarked;
