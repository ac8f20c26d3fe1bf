/** The engine in one file: a task, a store, a trigger, a result. */
@NullMarked
package dev.pawl.samples.firstminute;

import org.jspecify.annotations.NullMarked;
