package dev.pawl;

import java.util.List;

/**
 * Brings tasks along in a jar. Whoever starts an engine for tasks that it does not know by name,
 * such as the runner, finds the providers by {@link java.util.ServiceLoader}: the jar names its
 * class in {@code META-INF/services/dev.pawl.TaskProvider}, and that class is public and has a
 * public constructor without parameters.
 *
 * <p>An engine does not look for providers by itself.
 */
public interface TaskProvider {
  /** The tasks, each with an id of its own. Called once, before the engine opens its store. */
  List<Task<?, ?>> tasks();
}
