package dev.finetune.observe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependency rules of this module. */
@AnalyzeClasses(
    packages = "dev.finetune.observe",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureArrowsTest {

  /** The dependency is optional: the other observers must load without it. */
  @ArchTest
  static final ArchRule ONLY_ITS_OBSERVER_KNOWS_MICROMETER =
      noClasses()
          .that()
          .doNotHaveSimpleName("MicrometerObserver")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micrometer..");

  @ArchTest
  static final ArchRule OBSERVERS_USE_THE_RESULTS_OF_TRAINING_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat(
              com.tngtech.archunit.base.DescribedPredicate.describe(
                  "are of this library but not of the packages observe and train",
                  c ->
                      c.getPackageName().startsWith("dev.finetune")
                          && !c.getPackageName().equals("dev.finetune.observe")
                          && !c.getPackageName().equals("dev.finetune.train")));
}
