/** The engine in one file, which the README shows whole: a task, a store, a trigger, a result. */
@NullMarked
package dev.pawl.samples.firstminute;

import org.jspecify.annotations.NullMarked;
