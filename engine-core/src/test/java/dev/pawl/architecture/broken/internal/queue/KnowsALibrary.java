package dev.pawl.architecture.broken.internal.queue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Breaks purity: a rule logs nothing. */
public final class KnowsALibrary {
  static final Logger LOG = LoggerFactory.getLogger(KnowsALibrary.class);

  private KnowsALibrary() {}
}
