package dev.pawl.samples.runner;

import dev.pawl.Task;
import dev.pawl.TaskProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;

/**
 * The tasks of some jars, and the class loader that they come from. Its parent is the runner's own:
 * a class that both have is the runner's.
 */
final class TaskJars implements AutoCloseable {
  private final URLClassLoader loader;
  private final List<Task<?, ?>> tasks;

  private TaskJars(URLClassLoader loader, List<Task<?, ?>> tasks) {
    this.loader = loader;
    this.tasks = tasks;
  }

  /**
   * Loads the tasks of all {@link TaskProvider}s in the jars.
   *
   * @throws UsageException if a jar cannot be read, a provider fails, or there are no tasks
   */
  static TaskJars load(List<Path> jars) throws UsageException {
    URLClassLoader loader = open(jars);
    try {
      return new TaskJars(loader, tasks(loader, jars));
    } catch (UsageException | RuntimeException | Error e) {
      close(loader);
      throw e;
    }
  }

  private static URLClassLoader open(List<Path> jars) throws UsageException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new UsageException("there is no jar " + jar);
      }
      try {
        new JarFile(jar.toFile()).close(); // a class loader would say nothing
        urls.add(jar.toUri().toURL());
      } catch (IOException e) {
        throw new UsageException(jar + " cannot be read as a jar: " + e.getMessage(), e);
      }
    }
    return new URLClassLoader("tasks", urls.toArray(URL[]::new), TaskJars.class.getClassLoader());
  }

  private static List<Task<?, ?>> tasks(ClassLoader loader, List<Path> jars) throws UsageException {
    List<Task<?, ?>> tasks = new ArrayList<>();
    try {
      for (TaskProvider provider : ServiceLoader.load(TaskProvider.class, loader)) {
        tasks.addAll(provider.tasks());
      }
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      Throwable cause =
          e instanceof ServiceConfigurationError && e.getCause() != null ? e.getCause() : e;
      throw new UsageException("the tasks of " + jars + " cannot be loaded: " + cause, e);
    }
    if (tasks.isEmpty()) {
      throw new UsageException(
          jars
              + " has no tasks: a class that implements "
              + TaskProvider.class.getName()
              + " must be named in META-INF/services/"
              + TaskProvider.class.getName());
    }
    return tasks;
  }

  ClassLoader loader() {
    return loader;
  }

  List<Task<?, ?>> tasks() {
    return tasks;
  }

  /** To be called when nothing of the tasks runs any more. */
  @Override
  public void close() {
    close(loader);
  }

  private static void close(URLClassLoader loader) {
    try {
      loader.close();
    } catch (IOException e) {
      // a jar that was only read cannot lose anything
    }
  }
}
