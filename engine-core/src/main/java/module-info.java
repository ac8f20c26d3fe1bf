/** The engine: its API, what a store implements, and the means to test tasks. */
module dev.pawl {
  requires static transitive org.jspecify;
  requires org.slf4j;
  requires tools.jackson.databind;
  requires com.github.benmanes.caffeine;
  requires static micrometer.core;
  requires static micrometer.observation;
  requires static org.junit.jupiter.api;
  requires static org.assertj.core;

  exports dev.pawl;
  exports dev.pawl.spi;
  exports dev.pawl.testing;
}
