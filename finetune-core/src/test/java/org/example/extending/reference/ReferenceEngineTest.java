package org.example.extending.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Engine;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceEngineTest {

  /**
   * The name is in a folder that only this test has on its class path: other tests do not see it.
   */
  @Test
  void should_be_found_where_a_file_names_it(@TempDir Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(Engine.class.getName()), ReferenceEngine.class.getName());

    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, ReferenceEngineTest.class.getClassLoader())) {
      assertThat(ServiceLoader.load(Engine.class, loader))
          .extracting(Engine::name)
          .contains("reference");
    }
  }
}
