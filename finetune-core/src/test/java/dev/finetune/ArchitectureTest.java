package dev.finetune;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between packages. */
@AnalyzeClasses(packages = "dev.finetune", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.finetune.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_ENGINE_KNOWS_DEEPLEARNING4J =
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

  @ArchTest
  static final ArchRule THE_LOWER_LAYERS_DO_NOT_KNOW_THE_UPPER =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.finetune.graph..",
              "dev.finetune.weights..",
              "dev.finetune.image..",
              "dev.finetune.data..",
              "dev.finetune.backbone..",
              "dev.finetune.freeze..",
              "dev.finetune.head..",
              "dev.finetune.engine..",
              "dev.finetune.train..",
              "dev.finetune.evaluate..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.finetune", "dev.finetune.internal..", "dev.finetune.report..");

  @ArchTest
  static final ArchRule INTERNALS_DO_NOT_KNOW_THE_ENTRY_POINT =
      noClasses()
          .that()
          .resideInAPackage("dev.finetune.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.finetune");
}
