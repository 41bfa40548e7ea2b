package dev.finetune.internal.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.finetune.internal.natives.UnpackFolder.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackFolderTest {

  @TempDir Path directory;

  private Choice choose(Map<String, String> more, String... mounts) {
    Map<String, String> properties = new HashMap<>(more);
    properties.putIfAbsent("java.io.tmpdir", directory.toString());
    properties.putIfAbsent("user.home", "?");
    properties.putIfAbsent("user.name", "?");
    return UnpackFolder.choose(properties::get, List.of(mounts));
  }

  private Path temporary() throws IOException {
    assumeTrue(
        directory.getFileSystem().supportedFileAttributeViews().contains("unix"),
        "Files must have owners");
    return directory.resolve("finetune-native-" + Files.getAttribute(directory, "unix:uid"));
  }

  private static String mount(Path at, String options) {
    return "36 35 98:0 / " + at.toString().replace(" ", "\\040") + " " + options + " - tmpfs tmpfs";
  }

  @Test
  void theHomeIsTheUsualPlace() {
    Choice choice = choose(Map.of("user.home", directory.toString()));

    assertThat(choice)
        .isEqualTo(new Choice(Optional.of(directory.resolve(".javacpp/cache")), true, List.of()));
    assertThat(choice.advice())
        .isEqualTo(
            "They are unpacked into "
                + directory.resolve(".javacpp/cache")
                + "; the system property org.bytedeco.javacpp.cachedir chooses another folder");
  }

  @Test
  void theApplicationsFolderComesFirst() {
    Path named = directory.resolve("named");

    assertThat(
            choose(
                Map.of(UnpackFolder.PROPERTY, named.toString(), "user.home", directory.toString())))
        .isEqualTo(new Choice(Optional.of(named), true, List.of()));
  }

  @Test
  void aUserWithoutAHomeHasAFolderThatOthersCannotWrite() throws IOException {
    Path expected = temporary();

    assertThat(choose(Map.of())).isEqualTo(new Choice(Optional.of(expected), false, List.of()));
    assertThat(Files.getPosixFilePermissions(expected))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(choose(Map.of()).folder()).contains(expected);
  }

  @Test
  void aFolderThatOthersCanWriteIsRefused() throws IOException {
    Path folder = Files.createDirectory(temporary());
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(choose(Map.of()))
        .isEqualTo(
            new Choice(
                Optional.empty(),
                false,
                List.of(folder + " (not a folder of this user with the mode rwx------)")));
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(temporary(), elsewhere);

    assertThat(choose(Map.of()).folder()).isEmpty();
  }

  @Test
  void aFileIsNotAFolder() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(choose(Map.of(UnpackFolder.PROPERTY, file.toString())))
        .isEqualTo(new Choice(Optional.of(temporary()), false, List.of(file + " (not a folder)")));
  }

  @Test
  void aHomeWithoutProgramsIsPassedOver() throws IOException {
    Path home = Files.createDirectory(directory.resolve("a home"));

    Choice choice =
        choose(Map.of("user.home", home.toString()), mount(home.toRealPath(), "rw,noexec"));

    assertThat(choice.folder()).contains(temporary());
    assertThat(choice.problems())
        .containsExactly(home.resolve(".javacpp/cache") + " (mounted noexec)");
  }

  @Test
  void theErrorNamesEveryFolderAndTheProperty() throws IOException {
    Path home = directory.resolve("home");

    Choice choice =
        choose(
            Map.of("user.home", home.toString()),
            mount(directory.toRealPath(), "rw,nosuid,noexec"));

    assertThat(choice.advice())
        .isEqualTo(
            "They must be unpacked into a folder where this user can create files and run programs,"
                + " got "
                + home.resolve(".javacpp/cache")
                + " (mounted noexec), "
                + temporary()
                + " (mounted noexec); choose another folder with the system property"
                + " org.bytedeco.javacpp.cachedir");
    assertThat(home).doesNotExist();
  }

  @Test
  void theMountThatIsVisibleCounts() throws IOException {
    Path real = directory.toRealPath();
    String all = mount(Path.of("/"), "rw,noexec");

    assertThat(UnpackFolder.isNoexec(directory, List.of())).isFalse();
    assertThat(UnpackFolder.isNoexec(directory, List.of(all))).isTrue();
    assertThat(UnpackFolder.isNoexec(directory, List.of(mount(real, "rw"), all))).isFalse();
    assertThat(
            UnpackFolder.isNoexec(
                directory, List.of(all, mount(real, "rw,noexec"), mount(real, "rw"))))
        .isFalse();
    assertThat(
            UnpackFolder.isNoexec(
                directory, List.of(mount(real.resolveSibling(real.getFileName() + "x"), "noexec"))))
        .isFalse();
  }
}
