package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LayeringTest {
  /** Raise it as the engine grows: a rule that saw nothing has proved nothing. */
  private static final int CLASSES_AT_LEAST = 3;

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages("dev.pawl");

  private final HouseRules rules = new HouseRules("dev.pawl");

  @Test
  void theRulesSeeTheEngine() {
    assertThat(ENGINE).hasSizeGreaterThanOrEqualTo(CLASSES_AT_LEAST);
  }

  @Test
  void everyClassIsInAKnownLayer() {
    rules.everyClassIsInAKnownLayer().check(ENGINE);
  }

  @Test
  void layersUseOnlyWhatIsAbove() {
    rules.layersUseOnlyWhatIsAbove().check(ENGINE);
  }

  @Test
  void executionKnowsNoStore() {
    rules.executionKnowsNoStore().check(ENGINE);
  }

  @Test
  void pureLayersStayPure() {
    rules.pureLayersStayPure().check(ENGINE);
  }

  @Test
  void nobodyReadsTheWallClock() {
    HouseRules.nobodyReadsTheWallClock().check(ENGINE);
  }

  @Test
  void nobodyLetsDataChooseAClass() {
    HouseRules.nobodyLetsDataChooseAClass().check(ENGINE);
  }

  @Test
  void nothingIsSynchronized() {
    HouseRules.noMethodIsSynchronized().check(ENGINE);
    assertThat(HouseRules.synchronizedBlocksIn(Path.of("src/main/java"))).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    HouseRules.everyPackageIsNullMarked().check(ENGINE);
  }
}
