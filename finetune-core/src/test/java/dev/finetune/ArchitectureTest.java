package dev.finetune;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** The rules for dependencies between packages. */
@AnalyzeClasses(packages = "dev.finetune", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** What the lower layers may use too. */
  private static final String LEAF = "dev.finetune.internal.jsontree";

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.finetune.(**)").should().beFreeOfCycles();

  /** Each class of the root package is a separate slice. */
  @ArchTest
  static final ArchRule CLASSES_OF_THE_ROOT_HAVE_NO_CYCLES =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return type.getPackageName().equals("dev.finetune")
                      ? SliceIdentifier.of(type.getFullName().replaceAll("\\$.*", ""))
                      : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                  return "classes of the root package";
                }
              })
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_NATIVE_CODE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.bytedeco..",
              "com.sun.jna..",
              "org.nd4j..",
              "org.deeplearning4j..",
              "org.knowm..");

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
              "dev.finetune.loss..",
              "dev.finetune.train..",
              "dev.finetune.recipe..",
              "dev.finetune.evaluate..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.finetune", "dev.finetune.internal..")
                  .and(not(resideInAPackage(LEAF))));

  @ArchTest
  static final ArchRule THE_LEAF_KNOWS_NOTHING_ELSE =
      noClasses()
          .that()
          .resideInAPackage(LEAF)
          .should()
          .dependOnClassesThat(resideInAPackage("dev.finetune..").and(not(resideInAPackage(LEAF))));

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
