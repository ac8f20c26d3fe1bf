package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.pawl.architecture.broken.BlocksOnAMonitor;
import dev.pawl.architecture.broken.EngineBuilder;
import dev.pawl.architecture.broken.LetsDataChooseAClass;
import dev.pawl.architecture.broken.ReachesBelowTheApi;
import dev.pawl.architecture.broken.ReadsTheWallClock;
import dev.pawl.architecture.broken.internal.exec.KnowsTheCodec;
import dev.pawl.architecture.broken.internal.exec.KnowsTheStore;
import dev.pawl.architecture.broken.internal.lifecycle.Decision;
import dev.pawl.architecture.broken.internal.queue.AsksAClock;
import dev.pawl.architecture.broken.internal.queue.KnowsALibrary;
import dev.pawl.architecture.broken.internal.queue.KnowsTheSpi;
import dev.pawl.architecture.broken.internal.queue.StartsAThread;
import dev.pawl.architecture.broken.internal.queue.UsesTheLoop;
import dev.pawl.architecture.broken.unknown.InNoLayer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Runs each rule over the classes that break it: a rule that cannot fail is a defect. */
class RulesCanFailTest {
  private static final String ROOT = "dev.pawl.architecture.broken";
  private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(ROOT);

  private final HouseRules rules = new HouseRules(ROOT);

  @Test
  void aClassOutsideTheLayersIsReported() {
    assertReports(rules.everyClassIsInAKnownLayer(), InNoLayer.class);
  }

  @Test
  void aLayerThatReachesDownIsReportedUnlessItStartsTheEngine() {
    assertReports(
        rules.layersUseOnlyWhatIsAbove(),
        ReachesBelowTheApi.class,
        UsesTheLoop.class,
        KnowsTheSpi.class);
    assertSeen(EngineBuilder.class);
  }

  @Test
  void executionThatKnowsTheStoreIsReported() {
    assertReports(rules.executionKnowsNoStore(), KnowsTheStore.class);
    assertSeen(KnowsTheCodec.class);
  }

  @Test
  void anImpureRuleIsReported() {
    assertReports(
        rules.pureLayersStayPure(),
        AsksAClock.class,
        KnowsALibrary.class,
        KnowsTheSpi.class,
        StartsAThread.class,
        UsesTheLoop.class);
    assertSeen(Decision.class);
  }

  @Test
  void everyWayToReadTheWallClockIsReported() {
    assertReports(HouseRules.nobodyReadsTheWallClock(), ReadsTheWallClock.class);
    assertThat(
            HouseRules.nobodyReadsTheWallClock().evaluate(BROKEN).getFailureReport().getDetails())
        .hasSize(ReadsTheWallClock.WAYS);
  }

  @Test
  void aSynchronizedMethodIsReported() {
    assertReports(HouseRules.noMethodIsSynchronized(), BlocksOnAMonitor.class);
  }

  @Test
  void dataThatChoosesAClassIsReportedInEveryWay() {
    assertReports(HouseRules.nobodyLetsDataChooseAClass(), LetsDataChooseAClass.class);
    String report =
        HouseRules.nobodyLetsDataChooseAClass().evaluate(BROKEN).getFailureReport().toString();
    assertThat(report).contains("forName", "ObjectInputStream", "activateDefaultTyping");
  }

  @Test
  void aSynchronizedBlockIsReportedButNotOneInAComment() {
    Path sources = Path.of("src/test/java", ROOT.replace('.', '/'));

    assertThat(HouseRules.synchronizedBlocksIn(sources))
        .containsExactly(sources.resolve("BlocksOnAMonitor.java"));
  }

  @Test
  void aPackageWithoutNullMarkedIsReported() {
    assertReports(HouseRules.everyPackageIsNullMarked(), InNoLayer.class);
  }

  private static void assertReports(ArchRule rule, Class<?>... offenders) {
    Set<String> reported = new TreeSet<>();
    rule.evaluate(BROKEN)
        .handleViolations(
            (Collection<JavaClass> types, String message) ->
                types.forEach(type -> reported.add(type.getName())));

    assertThat(reported)
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(offenders).map(Class::getName).toList());
  }

  /**
   * Guards the negative half of a test: the class that must not be reported was among those looked
   * at.
   */
  private static void assertSeen(Class<?> innocent) {
    assertThat(BROKEN.contain(innocent)).isTrue();
  }
}
