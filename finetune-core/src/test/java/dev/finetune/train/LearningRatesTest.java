package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.testing.Goldens;
import dev.finetune.train.LearningRates.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class LearningRatesTest {

  /** Losses that are flat, fall, and rise, with noise. */
  @Test
  void suggests_the_rate_of_fastai() {
    JsonNode goldens = Goldens.read("valley.json");
    assertThat(goldens).hasSize(5);
    for (JsonNode golden : goldens) {
      List<Point> points = new ArrayList<>();
      for (JsonNode loss : golden.get("losses")) {
        points.add(new Point(points.size(), loss.asDouble()));
      }

      assertThat(LearningRates.of(points).suggestion()).hasValue(golden.get("index").asDouble());
    }
  }

  @Test
  void suggests_nothing_if_the_loss_never_falls() {
    assertThat(LearningRates.of(points(1, 1, 2, 3)).suggestion()).isEmpty();
    assertThat(LearningRates.of(points(1)).suggestion()).isEmpty();
    assertThat(LearningRates.of(List.of()).suggestion()).isEmpty();
  }

  @Test
  void uses_all_points_if_there_are_few() {
    assertThat(LearningRates.of(points(3, 2, 1)).suggestion()).hasValue(0);
    assertThat(LearningRates.of(points(9, 8, 7, 6, 5, 4)).suggestion()).hasValue(1);
  }

  private static List<Point> points(double... losses) {
    List<Point> points = new ArrayList<>();
    DoubleStream.of(losses).forEach(loss -> points.add(new Point(points.size(), loss)));
    return points;
  }
}
