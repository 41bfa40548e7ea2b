package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import com.sun.jna.Native;
import dev.finetune.engine.Engine;
import dev.finetune.internal.natives.NativePlatform;
import dev.finetune.internal.natives.OpenMp;
import dev.finetune.testing.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

/** Shows what is said where no native library can be unpacked, in a real process. */
class UnpackingTest {

  @TempDir Path directory;
  private Path closed;

  /** A program that prints why oneDNN is not available. */
  public static final class Asker {
    private Asker() {}

    public static void main(String[] args) {
      System.out.println(new OneDnnEngine().availability().reason());
    }
  }

  @BeforeEach
  void close() throws IOException {
    OtherUser.mode(directory, "rwxr-xr-x");
    closed = Files.createDirectory(directory.resolve("closed"));
    OtherUser.mode(closed, "r-xr-xr-x");
  }

  @AfterEach
  void open() throws IOException {
    OtherUser.mode(closed, "rwx------");
  }

  @Test
  void theErrorNamesTheFoldersAndThePropertyAndNoDependency() throws IOException {
    List<Class<?>> classes =
        new ArrayList<>(
            List.of(
                Asker.class,
                OneDnnEngine.class,
                Engine.class,
                OpenMp.class,
                dnnl.class,
                Loader.class,
                Native.class,
                ImmutableSet.class,
                LoggerFactory.class,
                SimpleLogger.class));
    ServiceLoader.load(NativePlatform.class).stream().forEach(each -> classes.add(each.type()));
    OtherUser user =
        OtherUser.in(
            Files.createDirectory(directory.resolve("classes")), classes.toArray(Class<?>[]::new));

    String out =
        user.run(
                Map.of("HOME", ""),
                List.of("-Djava.io.tmpdir=" + closed, "-Duser.home=" + closed.resolve("home")),
                Asker.class)
            .out();

    assertThat(out)
        .contains(
            "its native library did not load (",
            "They must be unpacked into a folder where this user can create files and run programs,"
                + " got "
                + closed.resolve("home/.javacpp/cache")
                + " (access denied), "
                + closed
                + " (access denied); choose another folder with the system property"
                + " org.bytedeco.javacpp.cachedir")
        .doesNotContain("add dev.finetune");
  }
}
