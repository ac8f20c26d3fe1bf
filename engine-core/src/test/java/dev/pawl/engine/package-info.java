/** The engine as a whole, mostly on virtual time. */
package dev.pawl.engine;
