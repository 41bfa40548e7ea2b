package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {

  private static final BatchResult BATCH = new BatchResult(2, 9, 3, 6, 0.25, 0.75, 31.4, 754);
  private static final EpochResult EPOCH =
      new EpochResult(2, 0.2, 0.8, 0.3, 0.7, 12.5, 30, 0, Map.of());

  private static String printed(boolean terminal) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ProgressPrinter printer =
        ProgressPrinter.of(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal);
    printer.trainingStarted(new TrainingStart(100, 20, 9, 0, Score.ACCURACY));
    printer.stemProgress(120, 120);
    printer.batchEnded(BATCH);
    printer.epochEnded(EPOCH);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void should_rewrite_one_line_on_a_terminal() {
    assertThat(printed(true))
        .contains(
            "\repoch 2/9 [############............] loss 0.2500 accuracy 0.750 31.4 images/s"
                + " 12:34 min left");
  }

  @Test
  void should_print_plain_lines_elsewhere() {
    assertThat(printed(false))
        .doesNotContain("\r", "\u001b", "left")
        .contains("epoch 2/9 loss 0.2000 accuracy 0.800 valid loss 0.3000 valid accuracy 0.700");
  }
}
