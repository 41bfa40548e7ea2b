package dev.finetune;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependencies between the packages of all published modules. */
@AnalyzeClasses(packages = "dev.finetune", importOptions = ModulesTest.NoTests.class)
class ModulesTest {

  /** Excludes test classes, including those in the test jar. */
  static final class NoTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.finetune.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_ITS_MODULE_KNOWS_DEEPLEARNING4J =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.finetune.internal.dl4j..", "dev.finetune.dl4j..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..");

  @ArchTest
  static final ArchRule ONLY_ITS_PACKAGE_KNOWS_ONEDNN =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.finetune.internal.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco.dnnl..");

  @ArchTest
  static final ArchRule ENGINES_DO_NOT_KNOW_EACH_OTHER =
      slices().matching("dev.finetune.internal.(onednn|dl4j)..").should().notDependOnEachOther();

  /** The engine may use the engine contract and the packages shared by engines, but not these. */
  @ArchTest
  static final ArchRule ONEDNN_KNOWS_THE_CONTRACT_ONLY =
      noClasses()
          .that()
          .resideInAPackage("dev.finetune.internal.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.finetune",
              "dev.finetune.internal.network..",
              "dev.finetune.internal.training..",
              "dev.finetune.loss..",
              "dev.finetune.evaluate..");
}
