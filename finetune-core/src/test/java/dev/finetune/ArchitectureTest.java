package dev.finetune;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.deeplearning4j.nn.graph.ComputationGraph;

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
          .dependOnClassesThat(
              new DescribedPredicate<>(
                  "are Deeplearning4j's or ND4J's, but for the ways in and out") {
                @Override
                public boolean test(JavaClass type) {
                  boolean engine =
                      type.getPackageName().startsWith("org.deeplearning4j")
                          || type.getPackageName().startsWith("org.nd4j");
                  return engine && !type.isEquivalentTo(ComputationGraph.class);
                }
              });

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
  static final ArchRule KINDS_OF_LAYERS_KNOW_NOTHING_ELSE =
      noClasses()
          .that()
          .resideInAPackage("dev.finetune.graph.layer")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.finetune..")
                  .and(not(resideInAPackage("dev.finetune.graph.layer"))));

  @ArchTest
  static final ArchRule INTERNALS_DO_NOT_KNOW_THE_ENTRY_POINT =
      noClasses()
          .that()
          .resideInAPackage("dev.finetune.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.finetune");
}
