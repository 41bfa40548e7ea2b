package dev.finetune;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import dev.finetune.testing.TestRules;

/** Checks this module's tests against {@link TestRules}. */
@AnalyzeClasses(packages = "dev.finetune", importOptions = ImportOption.OnlyIncludeTests.class)
class TestRulesTest {

  @ArchTest static final ArchTests RULES = ArchTests.in(TestRules.class);
}
