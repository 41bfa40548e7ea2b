package dev.finetune.observe;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import dev.finetune.testing.TestRules;

/** The rules for the tests of this module. */
@AnalyzeClasses(
    packages = "dev.finetune.observe",
    importOptions = ImportOption.OnlyIncludeTests.class)
class TestRulesTest {

  @ArchTest static final ArchTests RULES = ArchTests.in(TestRules.class);
}
