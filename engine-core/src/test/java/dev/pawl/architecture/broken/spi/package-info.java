/** The broken engine's SPI. */
@NullMarked
package dev.pawl.architecture.broken.spi;

import org.jspecify.annotations.NullMarked;
