package dev.pawl.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Finds what users see and nobody has described. The compiler checks what is written in Javadoc,
 * but where it looks for what is missing it also asks for a tag for each parameter and return
 * value, which would say again what the first sentence says.
 */
public final class ApiDocs {
  private ApiDocs() {}

  /** What has no comment in a package of sources: {@code Type.member}, for each. */
  public static List<String> missing(Path folder) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> missing = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.list(folder)) {
      List<Path> java = sources.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(java));
      Trees trees = Trees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(trees, missing).scan(unit, null);
      }
    }
    return missing;
  }

  private static final class Scanner extends TreePathScanner<Void, Void> {
    private final Trees trees;
    private final List<String> missing;

    Scanner(Trees trees, List<String> missing) {
      this.trees = trees;
      this.missing = missing;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      if (!isSeen(type.getModifiers().getFlags())) {
        return null; // nor is anything in it
      }
      require(type.getSimpleName().toString());
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
      if (!overrides && isSeen(method.getModifiers().getFlags())) {
        require(method.getName().toString());
      }
      return null; // what is in a body nobody sees
    }

    @Override
    public Void visitVariable(VariableTree field, Void nothing) {
      // The components of a record are described where the record is.
      boolean constant = field.getModifiers().getFlags().contains(Modifier.STATIC);
      if (constant && isSeen(field.getModifiers().getFlags())) {
        require(field.getName().toString());
      }
      return null;
    }

    private boolean isSeen(Set<Modifier> modifiers) {
      TreePath parent = getCurrentPath().getParentPath();
      boolean ofInterface =
          parent.getLeaf() instanceof ClassTree type && type.getKind() == Tree.Kind.INTERFACE;
      return (ofInterface && !modifiers.contains(Modifier.PRIVATE))
          || modifiers.contains(Modifier.PUBLIC)
          || modifiers.contains(Modifier.PROTECTED);
    }

    private void require(String name) {
      String comment = trees.getDocComment(getCurrentPath());
      if (comment == null || comment.isBlank()) {
        StringBuilder place = new StringBuilder();
        for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
          if (path.getLeaf() instanceof ClassTree type && path != getCurrentPath()) {
            place.insert(0, type.getSimpleName() + ".");
          }
        }
        missing.add(place + name);
      }
    }
  }
}
