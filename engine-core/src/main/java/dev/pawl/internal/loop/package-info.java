/** The one writer: mailbox, turns, group commit, timers and recovery. */
@NullMarked
package dev.pawl.internal.loop;

import org.jspecify.annotations.NullMarked;
