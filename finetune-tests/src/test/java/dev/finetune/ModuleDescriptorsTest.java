package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multimaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the module system requires of the published artifacts, those without a descriptor too. */
class ModuleDescriptorsTest {

  /** Below the root of the build. */
  private static final String CLASSES = "target/classes";

  private static Set<Path> published() throws IOException {
    try (Stream<Path> folders = Files.find(Path.of(""), 4, (path, a) -> path.endsWith(CLASSES))) {
      return folders
          .filter(path -> path.toString().startsWith("finetune-"))
          .filter(path -> !path.toString().matches("finetune-(examples|tests)/.*"))
          .collect(Collectors.toSet());
    }
  }

  private static Set<String> packages(Path classes) {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class") && !file.endsWith("module-info.class"))
          .map(file -> classes.relativize(file.getParent()).toString().replace('/', '.'))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void should_have_each_package_in_one_artifact() throws IOException {
    ImmutableListMultimap.Builder<String, Path> owners = ImmutableListMultimap.builder();
    for (Path classes : published()) {
      packages(classes).forEach(name -> owners.put(name, classes));
    }

    assertThat(Multimaps.asMap(owners.build()))
        .hasSizeGreaterThan(40)
        .allSatisfy((name, artifacts) -> assertThat(artifacts).as(name).hasSize(1));
  }

  @Test
  void should_export_internal_packages_to_named_modules_only() throws IOException {
    Set<ModuleReference> modules =
        ModuleFinder.of(
                published().stream()
                    .filter(classes -> Files.exists(classes.resolve("module-info.class")))
                    .toArray(Path[]::new))
            .findAll();
    ImmutableSet<String> exported =
        modules.stream()
            .flatMap(module -> module.descriptor().exports().stream())
            .filter(exports -> !exports.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(ImmutableSet.toImmutableSet());

    assertThat(modules).hasSize(10);
    assertThat(exported)
        .contains("dev.finetune", "dev.finetune.zoo", "dev.finetune.datasets")
        .noneMatch(name -> name.contains("internal"));
  }
}
