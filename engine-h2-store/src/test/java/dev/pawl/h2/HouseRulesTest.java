package dev.pawl.h2;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.pawl.architecture.HouseRules;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
  /** Raise it as the store grows: a rule that saw nothing has proved nothing. */
  private static final int CLASSES_AT_LEAST = 30;

  /** What jOOQ generates is not ours to change. */
  private static final JavaClasses STORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.pawl.h2")
          .that(DescribedPredicate.not(resideInAPackage("dev.pawl.h2.internal.jooq..")));

  @Test
  void theRulesSeeTheStore() {
    assertThat(STORE).hasSizeGreaterThanOrEqualTo(CLASSES_AT_LEAST);
  }

  @Test
  void nobodyReadsTheWallClock() {
    HouseRules.nobodyReadsTheWallClock().check(STORE);
  }

  @Test
  void nobodyLetsDataChooseAClass() {
    HouseRules.nobodyLetsDataChooseAClass().check(STORE);
  }

  @Test
  void nothingIsSynchronized() {
    HouseRules.noMethodIsSynchronized().check(STORE);
    assertThat(HouseRules.synchronizedBlocksIn(Path.of("src/main/java"))).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    HouseRules.everyPackageIsNullMarked().check(STORE);
  }
}
