package dev.finetune.datasets;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependency rule of this module: it may use images but not networks. */
@AnalyzeClasses(
    packages = "dev.finetune.datasets",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureArrowsTest {

  @ArchTest
  static final ArchRule DATASETS_KNOW_NOTHING_OF_NETWORKS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.finetune",
              "dev.finetune.graph..",
              "dev.finetune.weights..",
              "dev.finetune.train..",
              "dev.finetune.internal..",
              "dev.finetune.zoo..",
              "org.deeplearning4j..",
              "org.nd4j..");
}
