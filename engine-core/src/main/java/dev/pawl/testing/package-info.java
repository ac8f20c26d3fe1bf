/** What a user needs to test tasks without waiting. */
@NullMarked
package dev.pawl.testing;

import org.jspecify.annotations.NullMarked;
