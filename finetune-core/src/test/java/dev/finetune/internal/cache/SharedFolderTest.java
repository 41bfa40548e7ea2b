package dev.finetune.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashCode;
import dev.finetune.testing.OtherUser;
import dev.finetune.train.FeatureCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

/** Shows what a second user, in a real process, does in a folder with another user's features. */
class SharedFolderTest {

  private static final String FIRST = CacheUser.SET + ".features";
  private static final String SECOND = CacheUser.SET + ".1.features";

  @TempDir Path directory;
  private Path folder;
  private OtherUser other;

  @BeforeEach
  void prepare() throws IOException {
    OtherUser.mode(directory, "rwxr-xr-x");
    other =
        OtherUser.in(
            Files.createDirectory(directory.resolve("classes")),
            CacheUser.class,
            FeatureSet.class,
            HashCode.class,
            LoggerFactory.class,
            SimpleLogger.class);
    folder = Files.createDirectory(directory.resolve("features"));
    OtherUser.mode(folder, "rwxrwxrwx");
  }

  @AfterEach
  void makeDeletable() throws IOException {
    if (folder != null) {
      OtherUser.mode(folder, "rwx------");
    }
  }

  /** Stores features of the first user, which no other user may write. */
  private void store(int count) throws IOException {
    CacheUser.complete(FeatureCache.at(folder), count);
    for (Path file : files()) {
      OtherUser.mode(file, "r--r--r--");
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private String run(int... counts) throws IOException {
    String[] arguments =
        Stream.concat(Stream.of(folder.toString()), IntStream.of(counts).mapToObj(String::valueOf))
            .toArray(String[]::new);
    OtherUser.Result result = other.run(Map.of(), List.of(), CacheUser.class, arguments);
    assertThat(result.exit()).as(result.out()).isZero();
    return result.out();
  }

  @Test
  void shouldReadWhatAnotherUserStored() throws IOException {
    store(5);

    assertThat(run(5)).isEqualTo("computed 0\n");
  }

  @Test
  void shouldStoreWhatIsMissingBesideIt() throws IOException {
    store(5);

    assertThat(run(8, 8)).isEqualTo("computed 3\ncomputed 0\n");
    assertThat(run(9)).isEqualTo("computed 1\n");
    assertThat(Files.size(folder.resolve(FIRST))).isEqualTo(64 + 5 * 256);
    assertThat(Files.size(folder.resolve(SECOND))).isEqualTo(64 + 4 * 256);
  }

  @Test
  void shouldComputeOnceWhatEitherStored() throws IOException {
    store(5);
    run(8);

    assertThat(CacheUser.complete(FeatureCache.at(folder), 8)).isZero();
  }

  @Test
  void shouldReadAFolderThatCannotBeWritten() throws IOException {
    store(5);
    OtherUser.mode(folder, "r-xr-xr-x");

    assertThat(run(5)).isEqualTo("computed 0\n");
  }

  @Test
  void shouldComputeWithoutStoringInAFolderThatCannotBeWritten() throws IOException {
    store(5);
    List<Path> before = files();
    OtherUser.mode(folder, "r-xr-xr-x");

    String out = run(8, 8);

    assertThat(out).contains("computed 3\n").doesNotContain("computed 0");
    assertThat(out.lines().filter(line -> line.contains("not stored")))
        .singleElement()
        .asString()
        .endsWith(
            "Features that are missing in "
                + folder
                + " are computed and not stored, because this user cannot create files there");
    assertThat(files()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void shouldComputeItsOwnWhereItMayNotRead() throws IOException {
    store(5);
    for (Path file : files()) {
      OtherUser.mode(file, "---------");
    }

    assertThat(run(5, 5)).isEqualTo("computed 5\ncomputed 0\n");
  }

  /** The reader holds a shared lock, for which it needs no right to write. */
  @Test
  void shouldReadWithoutALockFile() throws IOException {
    store(5);
    Files.delete(folder.resolve(FIRST + ".reading"));
    Files.delete(folder.resolve(FIRST + ".computing"));

    assertThat(run(5)).isEqualTo("computed 0\n");
  }

  @Test
  void shouldIgnoreADamagedRecordOfAnotherUser() throws IOException {
    CacheUser.complete(FeatureCache.at(folder), 5);
    byte[] bytes = Files.readAllBytes(folder.resolve(FIRST));
    bytes[64 + 256 + 7] ^= 1;
    Files.write(folder.resolve(FIRST), bytes);
    for (Path file : files()) {
      OtherUser.mode(file, "r--r--r--");
    }

    assertThat(run(5, 5)).isEqualTo("computed 1\ncomputed 0\n");
  }

  /** The first user has not come further than to create the file. */
  @Test
  void shouldReadAnEmptyFileOfAnotherUser() throws IOException {
    OtherUser.mode(Files.createFile(folder.resolve(FIRST)), "r--r--r--");

    assertThat(run(2, 2)).isEqualTo("computed 2\ncomputed 0\n");
  }

  @Test
  void shouldNotDeleteSetsOfOthers() throws IOException {
    store(5);
    Path old = Files.move(folder.resolve(FIRST), folder.resolve("0.features"));
    Files.setLastModifiedTime(old, FileTime.fromMillis(0));

    OtherUser.Result result =
        other.run(Map.of(), List.of("-DmaxBytes=600"), CacheUser.class, folder.toString(), "2");

    assertThat(result.out()).isEqualTo("computed 2\n");
    assertThat(old).exists();
  }

  @Test
  void shouldNameAFolderThatCannotBeCreated() throws IOException {
    OtherUser.mode(folder, "r-xr-xr-x");
    Path inner = folder.resolve("inner");

    assertThat(other.run(Map.of(), List.of(), CacheUser.class, inner.toString(), "2").out())
        .contains(
            "AccessDeniedException: "
                + inner
                + ": the cache folder must exist, or be one that this user can create");
  }
}
