/** The loop, asked by the commands that the facade asks it by. */
package dev.pawl.internal.loop;
