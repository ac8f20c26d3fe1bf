package dev.pawl;

/** The metadata of the run that a body is an attempt of, and the way to those above it. */
public interface RunMetadata extends Metadata {
  /** The metadata of the run that triggered this one; this run's own where it is a root run. */
  Metadata parent();

  /** The metadata of the first run of the lineage; this run's own where it is that. */
  Metadata root();
}
