package dev.pawl.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The engine with one {@link Bug}: its source is changed and compiled in memory, and everything of
 * the engine and of its tests is loaded anew around it. So a bug is written as a programmer would
 * write it, and the engine knows nothing of it.
 */
final class Mutant extends ClassLoader {
  private static final Path SOURCES = Path.of("src", "main", "java", "dev", "pawl", "internal");
  private static final String OURS = "dev.pawl.";

  private final Map<String, byte[]> changed;

  private Mutant(Map<String, byte[]> changed) {
    super(Mutant.class.getClassLoader());
    this.changed = changed;
  }

  /** The engine with a bug; as it is where there is none. */
  static Mutant of(@Nullable Bug bug) throws IOException {
    return new Mutant(bug == null ? Map.of() : compiled(bug));
  }

  /** {@link Hunt#hunt} in this engine. */
  String hunt(long from, int histories, int operations, long seconds)
      throws ReflectiveOperationException {
    try {
      return (String)
          Class.forName(Hunt.class.getName(), true, this)
              .getMethod("hunt", long.class, int.class, int.class, long.class)
              .invoke(null, from, histories, operations, seconds);
    } catch (InvocationTargetException e) {
      return from + "\n1\nV0: " + e.getCause();
    }
  }

  /**
   * A file of the engine with a bug.
   *
   * @throws IllegalStateException if the file no longer has the one place that the bug changes
   */
  static String source(Bug bug) throws IOException {
    Path file = SOURCES.resolve(bug.file() + ".java");
    String source = Files.readString(file);
    int at = source.indexOf(bug.original());
    if (at < 0 || source.indexOf(bug.original(), at + 1) >= 0) {
      throw new IllegalStateException(
          "\"" + bug.name() + "\" must change one place of " + file + ": " + bug.original());
    }
    return source.substring(0, at)
        + bug.replacement()
        + source.substring(at + bug.original().length());
  }

  private static Map<String, byte[]> compiled(Bug bug) throws IOException {
    String mutated = source(bug);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      InMemory memory = new InMemory(files);
      boolean done =
          compiler
              .getTask(
                  said,
                  memory,
                  null,
                  List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path")),
                  null,
                  List.of(new Source(bug.file(), mutated)))
              .call();
      if (!done) {
        throw new IllegalStateException("\"" + bug.name() + "\" does not compile: " + said);
      }
      Map<String, byte[]> classes = new HashMap<>();
      memory.classes.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      return classes;
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    Class<?> loaded = findLoadedClass(name);
    if (loaded == null) {
      byte[] bytes = changed.containsKey(name) ? changed.get(name) : bytes(name);
      loaded = defineClass(name, bytes, 0, bytes.length);
    }
    return loaded;
  }

  private byte[] bytes(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("mutant:///dev/pawl/internal/" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

    InMemory(StandardJavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        JavaFileManager.Location location,
        String className,
        JavaFileObject.Kind kind,
        @Nullable FileObject sibling) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      classes.put(className, bytes);
      return new SimpleJavaFileObject(
          URI.create("mutant:///" + className.replace('.', '/') + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          return bytes;
        }
      };
    }
  }
}
