/** Example tasks in a jar of their own, for the runner. */
@NullMarked
package dev.pawl.samples.tasks;

import org.jspecify.annotations.NullMarked;
