package dev.finetune.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Score;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvObserverTest {

  private static final String BOTH = new History(List.of(Results.FIRST, Results.SECOND), 0).toCsv();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void path() {
    file = folder.resolve("epochs.csv");
  }

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void should_write_the_table_of_the_history() {
    Path nested = folder.resolve("a/b/epochs.csv");
    Results.train(CsvObserver.at(nested));

    assertThat(nested).hasContent(BOTH);
    assertThat(BOTH).startsWith("epoch,train_loss,").contains(",größe\n1,1.250000,");
  }

  @Test
  void should_name_the_columns_of_the_score() {
    CsvObserver observer = CsvObserver.at(file);
    observer.trainingStarted(new TrainingStart(12, 6, 2, 0, Score.R2));
    observer.epochEnded(Results.FIRST);

    assertThat(file)
        .hasContent(new History(List.of(Results.FIRST), 0, Score.R2, TrainingEnd.COMPLETED).toCsv())
        .content()
        .startsWith("epoch,train_loss,train_r2,");
  }

  @Test
  void should_have_a_line_in_the_file_before_the_next_epoch() {
    CsvObserver observer = CsvObserver.at(file);
    observer.trainingStarted(Results.start(12, 6, 2));
    assertThat(file).isEmptyFile();
    observer.epochEnded(Results.FIRST);

    assertThat(file).hasContent(new History(List.of(Results.FIRST), 0).toCsv());
  }

  @Test
  void should_replace_an_earlier_table_when_the_first_epoch_ends() {
    CsvObserver observer = CsvObserver.at(file);
    Results.train(observer);

    observer.trainingStarted(Results.start(12, 6, 2));
    assertThat(file).hasContent(BOTH);
    observer.epochEnded(Results.FIRST);
    assertThat(file).hasContent(new History(List.of(Results.FIRST), 0).toCsv());
  }

  @Test
  void should_begin_a_table_when_a_training_resumes_without_one() {
    CsvObserver observer = CsvObserver.at(file);
    observer.trainingStarted(Results.start(12, 6, 2));
    observer.epochEnded(Results.SECOND);

    assertThat(file).hasContent(new History(List.of(Results.SECOND), 0).toCsv());
  }

  @Test
  void should_refuse_to_resume_a_table_with_other_columns() {
    Results.train(CsvObserver.at(file));
    CsvObserver observer = CsvObserver.at(file);
    observer.trainingStarted(Results.start(12, 6, 3));
    EpochResult other = new EpochResult(3, 1, 1, 1, 1, 1, 1, 1, Map.of());

    assertThatThrownBy(() -> observer.epochEnded(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            file + ": a training that resumes must have the columns of the table, got epoch,");
    assertThat(file).hasContent(BOTH);
  }

  @Test
  void should_leave_other_files_alone() throws IOException {
    Files.writeString(file, "image,label\na.png,cat\n");
    CsvObserver observer = CsvObserver.at(file);

    assertThatThrownBy(() -> observer.trainingStarted(Results.start(12, 6, 2)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(
            file
                + ": must be a new file or the table of an earlier training, got a file that does"
                + " not begin with \"epoch,train_loss,\"");
    assertThat(file).hasContent("image,label\na.png,cat\n");
  }

  @Test
  void should_write_in_an_interrupted_thread() {
    CsvObserver observer = CsvObserver.at(file);
    observer.trainingStarted(Results.start(12, 6, 2));
    observer.epochEnded(Results.FIRST);
    observer.trainingStarted(new TrainingStart(12, 6, 2, 1, Score.ACCURACY));
    Thread.currentThread().interrupt();
    observer.epochEnded(Results.SECOND);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(file).hasContent(BOTH);
  }

  @Test
  void should_refuse_a_folder_and_null() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsvObserver.at(folder))
        .withMessage("file must be a CSV file, got the directory " + folder);
    Files.createFile(file);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsvObserver.at(file.resolve("a.csv")))
        .withMessage(
            "file must be in a directory, got " + file + "/a.csv, where " + file + " is a file");
    assertThatNullPointerException()
        .isThrownBy(() -> refusedNull())
        .withMessage("file must not be null");
  }

  @SuppressWarnings("NullAway") // the subject
  private static void refusedNull() {
    CsvObserver.at(null);
  }

  @Test
  void should_fail_before_training_if_the_file_became_a_folder() throws IOException {
    CsvObserver observer = CsvObserver.at(file);
    Files.createDirectory(file);

    assertThatThrownBy(() -> observer.trainingStarted(Results.start(12, 6, 2)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file + ": writing failed: ");
  }
}
