package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** finetune-bom has no parent, so its versions and artifacts stand there once more. */
class BomTest {

  private static final Pattern PROPERTY = Pattern.compile("<([a-z0-9]+\\.version)>([^<$]+)<");
  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(finetune-[^<]+)<");
  private static final Pattern PARENT = Pattern.compile("(?s)<parent>.*?</parent>");

  private static String pom(String folder) throws IOException {
    return Files.readString(Path.of(folder, "pom.xml"));
  }

  private static ImmutableMap<String, String> properties(String pom) {
    return PROPERTY
        .matcher(pom)
        .results()
        .collect(ImmutableMap.toImmutableMap(found -> found.group(1), found -> found.group(2)));
  }

  private static Stream<String> artifacts(String pom) {
    return ARTIFACT.matcher(pom).results().map((MatchResult found) -> found.group(1));
  }

  @Test
  void should_have_the_versions_of_the_build() throws IOException {
    assertThat(properties(pom("."))).containsAllEntriesOf(properties(pom("finetune-bom")));
    assertThat(properties(pom("finetune-bom"))).hasSize(4);
    assertThat(pom("finetune-bom")).contains("<version>" + FineTune.version() + "</version>");
  }

  @Test
  void should_have_every_published_artifact() throws IOException {
    ImmutableSet.Builder<String> published = ImmutableSet.builder();
    try (Stream<Path> files = Files.find(Path.of("."), 3, (file, a) -> file.endsWith("pom.xml"))) {
      for (Path file : files.toList()) {
        String pom = Files.readString(file);
        if (file.toString().startsWith("./finetune-")
            && !pom.contains("<packaging>pom</packaging>")
            && !pom.contains("<maven.deploy.skip>")) {
          artifacts(PARENT.matcher(pom).replaceAll("")).findFirst().ifPresent(published::add);
        }
      }
    }

    assertThat(artifacts(pom("finetune-bom")).skip(1)).containsAll(published.build());
    assertThat(published.build()).contains("finetune-core", "finetune-onednn-linux-x86_64");
  }
}
