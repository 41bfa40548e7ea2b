package dev.finetune.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import net.jqwik.api.Property;

/** Rules for the tests of all modules. */
public final class TestRules {

  private TestRules() {}

  /** Without a fixed seed, a build could fail although nothing has changed. */
  @ArchTest
  static final ArchRule PROPERTIES_HAVE_A_SEED =
      methods()
          .that()
          .areAnnotatedWith(Property.class)
          .should(
              new ArchCondition<JavaMethod>("have a seed") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  String seed = method.getAnnotationOfType(Property.class).seed();
                  events.add(
                      new SimpleConditionEvent(
                          method,
                          !seed.isEmpty(),
                          method.getFullName() + " has the seed \"" + seed + "\""));
                }
              });
}
