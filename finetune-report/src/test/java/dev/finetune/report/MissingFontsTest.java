package dev.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs a process that finds no font, as in a container with only a Java runtime. */
class MissingFontsTest {

  @TempDir Path folder;

  /** The main class of that process. */
  public static final class Draw {
    private Draw() {}

    public static void main(String[] args) {
      History history =
          new History(List.of(new EpochResult(1, 2, 0.3, 2.1, 0.2, 1, 10, 0, Map.of())), 0);
      try {
        Curves.of(history);
        System.out.println("drawn");
      } catch (IllegalStateException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  /** Other operating systems always have fonts. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void should_say_what_to_install() throws IOException, InterruptedException {
    Path none =
        Files.writeString(
            folder.resolve("fonts.conf"),
            "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig/>");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            // Java caches the fonts that it found in the home directory.
            "-Duser.home=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            Draw.class.getName());
    builder.environment().put("FONTCONFIG_FILE", none.toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("refused: ", "fontconfig");
  }
}
