package dev.finetune.zoo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependency rules of this module: it may use core but neither its internals nor datasets. */
@AnalyzeClasses(packages = "dev.finetune.zoo", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureArrowsTest {

  @ArchTest
  static final ArchRule THE_ZOO_KNOWS_ONLY_THE_PUBLIC_CORE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.finetune.internal..",
              "dev.finetune.datasets..",
              "org.deeplearning4j..",
              "org.nd4j..");

  @ArchTest
  static final ArchRule READERS_AND_ARCHITECTURES_DO_NOT_KNOW_THE_ENTRY_POINT =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.finetune.zoo.weights..",
              "dev.finetune.zoo.download..",
              "dev.finetune.zoo.architecture..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.finetune.zoo");
}
