/**
 * A runner for a single node: an engine with the tasks of a jar, in a process of its own, behind a
 * small JSON API.
 */
@NullMarked
package dev.pawl.samples.runner;

import org.jspecify.annotations.NullMarked;
