package dev.finetune.report;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Score;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots of loss and score by epoch. Lines differ in stroke and marker as well as in colour. */
public final class Curves {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 480;

  /** Colours that people with colour blindness can distinguish (M. Okabe, K. Ito, 2008). */
  private static final Color[] COLORS = {
    new Color(0, 114, 178), new Color(213, 94, 0), new Color(0, 158, 115), new Color(204, 121, 167)
  };

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.DIAMOND
  };

  private Curves() {}

  /**
   * Plots one training: loss on the left and the score, such as the accuracy, on the right, of
   * training and validation images.
   *
   * @param history the epochs to plot, at least one
   * @return the picture, 1440 x 480 pixels
   * @throws IllegalArgumentException if {@code history} has no epochs
   * @throws IllegalStateException if Java finds no font
   */
  public static BufferedImage of(History history) {
    XYChart loss = chart("Loss", lossLabel(history.score()));
    add(loss, "training", history, EpochResult::trainLoss, 0);
    add(loss, "validation", history, EpochResult::validLoss, 1);
    XYChart score = scoreChart(titled(history.score()), history.score());
    add(score, "training", history, EpochResult::trainScore, 0);
    add(score, "validation", history, EpochResult::validScore, 1);
    return sideBySide(loss, score);
  }

  /**
   * Plots validation loss and score of several trainings in one picture.
   *
   * @param histories the trainings, with the same kind of score, by their names in the legend, 1 to
   *     4, each with at least one epoch; the iteration order of the map is the order of the legend
   * @return the picture, 1440 x 480 pixels
   * @throws IllegalArgumentException if there are no or more than four trainings, or one has no
   *     epochs
   * @throws IllegalStateException if Java finds no font
   */
  public static BufferedImage compare(Map<String, History> histories) {
    checkArgument(
        !histories.isEmpty() && histories.size() <= COLORS.length,
        "histories must contain 1 to %s trainings, got %s",
        COLORS.length,
        histories.keySet());
    Score measure = histories.values().iterator().next().score();
    XYChart loss = chart("Validation loss", lossLabel(measure));
    XYChart score = scoreChart("Validation " + measure.label(), measure);
    int index = 0;
    for (Map.Entry<String, History> entry : histories.entrySet()) {
      add(loss, entry.getKey(), entry.getValue(), EpochResult::validLoss, index);
      add(score, entry.getKey(), entry.getValue(), EpochResult::validScore, index);
      index++;
    }
    return sideBySide(loss, score);
  }

  private static String lossLabel(Score score) {
    return switch (score) {
      case ACCURACY -> "cross-entropy (nats)";
      case MEAN_AVERAGE_PRECISION -> "binary cross-entropy (nats)";
      case R2 -> "squared error";
    };
  }

  private static String titled(Score score) {
    return score.label().substring(0, 1).toUpperCase(Locale.ROOT) + score.label().substring(1);
  }

  private static XYChart scoreChart(String title, Score score) {
    XYChart chart =
        chart(title, score == Score.ACCURACY ? "share of images classified right" : score.label());
    chart.getStyler().setYAxisMax(1.0);
    if (score.lowest() == 0) {
      chart.getStyler().setYAxisMin(0.0);
    }
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    return chart;
  }

  private static XYChart chart(String title, String yTitle) {
    Fonts.require();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle(yTitle)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotGridLinesColor(new Color(225, 225, 225));
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    chart.getStyler().setMarkerSize(7);
    chart.getStyler().setXAxisDecimalPattern("0");
    return chart;
  }

  private static void add(
      XYChart chart, String name, History history, ToDoubleFunction<EpochResult> value, int index) {
    double[] x = history.epochs().stream().mapToDouble(EpochResult::epoch).toArray();
    double[] y = history.epochs().stream().mapToDouble(value).toArray();
    XYSeries series = chart.addSeries(name, x, y);
    series.setLineColor(COLORS[index]);
    series.setMarkerColor(COLORS[index]);
    series.setMarker(MARKERS[index]);
    float[] dash = index == 0 ? null : new float[] {10f / index, 6f};
    series.setLineStyle(
        new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, dash, 0f));
  }

  private static BufferedImage sideBySide(XYChart left, XYChart right) {
    BufferedImage picture = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.drawImage(BitmapEncoder.getBufferedImage(left), 0, 0, null);
    graphics.drawImage(BitmapEncoder.getBufferedImage(right), WIDTH, 0, null);
    graphics.dispose();
    return picture;
  }
}
