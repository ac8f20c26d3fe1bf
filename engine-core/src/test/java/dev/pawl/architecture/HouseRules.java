package dev.pawl.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules every class of the engine keeps, whichever module it lives in.
 *
 * <p>The rules are relative to a root package, so that the same rules can be run over the
 * deliberately broken classes below {@code dev.pawl.architecture.broken}. A layer is named by its
 * package relative to the root; the root itself, the API, is {@value #API}.
 */
public final class HouseRules {
  static final String API = "";

  private static final String SPI = "spi";
  private static final String EXEC = "internal.exec";
  private static final String LOOP = "internal.loop";
  private static final String FACADE = "internal.api";
  private static final String METRICS = "internal.metrics";
  private static final String TESTING = "testing";

  private static final Set<String> PURE =
      Set.of(
          "internal.lifecycle",
          "internal.admission",
          "internal.queue",
          "internal.wait",
          "internal.labels");

  /** For each layer, the layers it may use besides itself. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry(API, Set.of()),
          entry(SPI, Set.of(API)),
          entry("internal.lifecycle", union(Set.of(API), PURE)),
          entry("internal.admission", union(Set.of(API), PURE)),
          entry("internal.queue", union(Set.of(API), PURE)),
          entry("internal.wait", union(Set.of(API), PURE)),
          entry("internal.labels", union(Set.of(API), PURE)),
          entry(EXEC, union(Set.of(API, SPI), PURE)),
          entry(LOOP, union(Set.of(API, SPI, EXEC), PURE)),
          entry(FACADE, union(Set.of(API, SPI, EXEC, LOOP), PURE)),
          entry(METRICS, union(Set.of(API, SPI, EXEC, LOOP), PURE)),
          entry(TESTING, union(Set.of(API, SPI, EXEC, LOOP, FACADE, METRICS), PURE)));

  /**
   * The API classes that reach below the API: one starts the engine, one asks which run a thread
   * belongs to. Keep it at these.
   */
  private static final Set<String> BOOTSTRAP = Set.of("EngineBuilder", "RunContext");

  /** What the executing layer may know of the SPI: never the store or its change records. */
  private static final Set<String> SPI_FOR_EXEC = Set.of("PayloadCodec", "StoredValue");

  /** Types that read the class of an object from what they read. */
  private static final Pattern TYPE_FROM_DATA =
      Pattern.compile(
          "java\\.io\\.(ObjectInputStream|ObjectInputFilter|Externalizable)"
              + "|java\\.beans\\.XMLDecoder"
              + "|com\\.fasterxml\\.jackson\\.annotation\\.(JsonTypeInfo|JsonSubTypes).*"
              + "|tools\\.jackson\\.databind\\.jsontype\\..*");

  private static final Pattern CLASS_BY_NAME =
      Pattern.compile(
          "java\\.lang\\.Class\\.forName"
              + "|.*ClassLoader\\.(loadClass|findClass)"
              + "|java\\.lang\\.invoke\\.MethodHandles\\$Lookup\\.findClass"
              + "|tools\\.jackson\\..*\\.(activateDefaultTyping.*|polymorphicTypeValidator)");

  /** What {@code java.*} offers that a rule without clock, thread or effect has no use for. */
  private static final List<Pattern> IMPURE =
      Stream.of(
              "java\\.time\\.(Clock|InstantSource)",
              "java\\.lang\\.(Thread|ThreadLocal|Process|ProcessBuilder|Runtime)([.$].*)?",
              "java\\.util\\.concurrent\\..*",
              "java\\.util\\.Timer(Task)?",
              "java\\.(io|nio|net|sql)\\..*")
          .map(Pattern::compile)
          .toList();

  /**
   * Calls that read the wall clock or wait on it, as {@code Owner.method}; time comes from an
   * {@code InstantSource}.
   */
  private static final Pattern WALL_CLOCK =
      Pattern.compile(
          "java\\.time\\.(Instant|Year|YearMonth|(Local|Zoned|Offset)(Date|Time|DateTime))\\.now"
              + "|java\\.time\\.Clock\\.(system|tick).*"
              + "|java\\.lang\\.System\\.currentTimeMillis"
              + "|java\\.lang\\.Thread\\.sleep"
              + "|java\\.util\\.concurrent\\.TimeUnit\\.sleep");

  private static final Pattern COMMENT_OR_LITERAL =
      Pattern.compile(
          "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'|//[^\\n]*|/\\*[\\s\\S]*?\\*/");

  private final String root;

  /** Rules for the classes in {@code root} and below. */
  public HouseRules(String root) {
    this.root = root;
  }

  /**
   * Every class lives in a layer of the table above: a new package has to take its place there
   * first.
   */
  public ArchRule everyClassIsInAKnownLayer() {
    return rule(
        "live in a known layer",
        (type, report) -> {
          if (layerOf(type.getPackageName()).isEmpty()) {
            report.violation(type, type.getName() + " is in no known layer");
          }
        });
  }

  /** A layer uses only the layers it may use. */
  public ArchRule layersUseOnlyWhatIsAbove() {
    return rule(
        "use only the layers above their own",
        (type, report) ->
            layerOf(type.getPackageName())
                .filter(layer -> !(layer.equals(API) && BOOTSTRAP.contains(outermostName(type))))
                .ifPresent(
                    layer -> {
                      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                        JavaClass target = dependency.getTargetClass().getBaseComponentType();
                        layerOf(target.getPackageName())
                            .filter(
                                used -> !used.equals(layer) && !MAY_USE.get(layer).contains(used))
                            .ifPresent(used -> report.violation(type, dependency.getDescription()));
                      }
                    }));
  }

  /** The layer that runs bodies knows no store. */
  public ArchRule executionKnowsNoStore() {
    return rule(
        "not let " + EXEC + " know a store",
        (type, report) -> {
          if (isIn(type, EXEC::equals)) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
              JavaClass target = dependency.getTargetClass().getBaseComponentType();
              if (isIn(target, SPI::equals) && !SPI_FOR_EXEC.contains(outermostName(target))) {
                report.violation(type, dependency.getDescription());
              }
            }
          }
        });
  }

  /** The pure layers use API values, each other and the harmless part of {@code java.*}. */
  public ArchRule pureLayersStayPure() {
    return rule(
        "stay pure in " + PURE,
        (type, report) -> {
          if (isIn(type, PURE::contains)) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
              JavaClass target = dependency.getTargetClass().getBaseComponentType();
              if (!isPure(target)) {
                report.violation(type, dependency.getDescription());
              }
            }
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
              if (access.getTargetOwner().getName().equals("java.lang.System")
                  && !access.getName().matches("arraycopy|identityHashCode")) {
                report.violation(type, access.getDescription());
              }
            }
          }
        });
  }

  /** Nobody reads the wall clock or sleeps on it. */
  public static ArchRule nobodyReadsTheWallClock() {
    return rule(
        "not read the wall clock",
        (type, report) -> {
          for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            String target = access.getTargetOwner().getName() + "." + access.getName();
            boolean newDate =
                target.equals("java.util.Date.<init>")
                    && access.getDescription().contains("java.util.Date.<init>()");
            if (newDate || WALL_CLOCK.matcher(target).matches()) {
              report.violation(type, access.getDescription());
            }
          }
        });
  }

  /**
   * What is stored never chooses a class: nothing looks a class up by its name, reads serialized
   * objects, or lets a JSON mapper take the type from the text.
   */
  public static ArchRule nobodyLetsDataChooseAClass() {
    return rule(
        "not let data choose a class",
        (type, report) -> {
          for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
            if (TYPE_FROM_DATA.matcher(dependency.getTargetClass().getName()).matches()) {
              report.violation(type, dependency.getDescription());
            }
          }
          for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            String target = access.getTargetOwner().getName() + "." + access.getName();
            if (CLASS_BY_NAME.matcher(target).matches()) {
              report.violation(type, access.getDescription());
            }
          }
        });
  }

  /** No method is synchronized; for blocks see {@link #synchronizedBlocksIn}. */
  public static ArchRule noMethodIsSynchronized() {
    return rule(
        "have no synchronized method",
        (type, report) ->
            type.getMethods().stream()
                .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                .forEach(method -> report.violation(type, method.getDescription())));
  }

  /** Every package says that its types are non-null unless marked otherwise. */
  public static ArchRule everyPackageIsNullMarked() {
    return rule(
        "be in a package marked @NullMarked",
        (type, report) -> {
          if (!type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
            report.violation(type, type.getPackageName() + " has no package-info with @NullMarked");
          }
        });
  }

  /**
   * The source files under {@code sources} with a synchronized block, which leaves no modifier in
   * the class file.
   */
  public static List<Path> synchronizedBlocksIn(Path sources) {
    Pattern block = Pattern.compile("\\bsynchronized\\s*\\(");
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> block.matcher(codeOf(file)).find())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String codeOf(Path file) {
    try {
      return COMMENT_OR_LITERAL.matcher(Files.readString(file)).replaceAll(" ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isPure(JavaClass target) {
    String name = target.getName();
    if (target.isPrimitive() || isIn(target, layer -> layer.equals(API) || PURE.contains(layer))) {
      return true;
    }
    boolean allowed = name.startsWith("java.") || name.startsWith("org.jspecify.annotations.");
    return allowed && IMPURE.stream().noneMatch(impure -> impure.matcher(name).matches());
  }

  private boolean isIn(JavaClass type, Predicate<String> layer) {
    return layerOf(type.getPackageName()).filter(layer).isPresent();
  }

  /**
   * The layer of a package; packages below a layer belong to it, except below the API, which has
   * none.
   */
  private Optional<String> layerOf(String packageName) {
    if (packageName.equals(root)) {
      return Optional.of(API);
    }
    return MAY_USE.keySet().stream()
        .filter(layer -> !layer.equals(API))
        .filter(layer -> (packageName + ".").startsWith(root + "." + layer + "."))
        .findFirst();
  }

  private static String outermostName(JavaClass type) {
    JavaClass outermost = type;
    while (outermost.getEnclosingClass().isPresent()) {
      outermost = outermost.getEnclosingClass().get();
    }
    return outermost.getSimpleName();
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return Set.copyOf(all);
  }

  private static ArchRule rule(String description, Check check) {
    return classes()
        .should(
            new ArchCondition<JavaClass>(description) {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                check.of(
                    type,
                    (violator, message) ->
                        events.add(SimpleConditionEvent.violated(violator, message)));
              }
            })
        .allowEmptyShould(true);
  }

  @FunctionalInterface
  private interface Check {
    void of(JavaClass type, Report report);
  }

  @FunctionalInterface
  private interface Report {
    void violation(JavaClass type, String message);
  }
}
