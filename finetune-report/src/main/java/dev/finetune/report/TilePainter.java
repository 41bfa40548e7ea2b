package dev.finetune.report;

import com.google.common.base.Splitter;
import dev.finetune.image.Bilinear;
import dev.finetune.image.Pixels;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** A painter that lays tiles out in rows. */
final class TilePainter {

  private static final int IMAGE = 112;
  private static final int GAP = 14;
  private static final int CAPTION_LINES = 4;
  private static final int LINE = 13;
  private static final int CELL_WIDTH = IMAGE + 2 * GAP;
  private static final int CELL_HEIGHT = IMAGE + 2 * GAP + CAPTION_LINES * LINE;
  private static final Color GREEN = new Color(0, 140, 70);
  private static final Color RED = new Color(200, 20, 30);

  private TilePainter() {}

  static BufferedImage paint(List<Tile> tiles, int rows, int columns) {
    Fonts.require();
    BufferedImage picture =
        new BufferedImage(columns * CELL_WIDTH, rows * CELL_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    for (int i = 0; i < tiles.size(); i++) {
      Graphics2D cell =
          (Graphics2D)
              graphics.create(
                  i % columns * CELL_WIDTH, i / columns * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT);
      paint(tiles.get(i), cell);
      cell.dispose();
    }
    graphics.dispose();
    return picture;
  }

  private static void paint(Tile tile, Graphics2D graphics) {
    graphics.drawImage(toImage(Bilinear.resize(tile.image(), IMAGE, IMAGE)), GAP, GAP, null);
    switch (tile.verdict()) {
      case NONE -> graphics.setColor(Color.BLACK);
      case RIGHT -> {
        graphics.setColor(GREEN);
        graphics.setStroke(new BasicStroke(2f));
        graphics.drawRect(GAP - 2, GAP - 2, IMAGE + 3, IMAGE + 3);
        mark(graphics, new double[] {-5, 0, -1, 4, 6, -5});
      }
      case WRONG -> {
        graphics.setColor(RED);
        graphics.setStroke(
            new BasicStroke(
                5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10f, new float[] {9, 5}, 0f));
        graphics.drawRect(GAP - 4, GAP - 4, IMAGE + 7, IMAGE + 7);
        mark(graphics, new double[] {-5, -5, 5, 5, 0, 0, 5, -5, -5, 5});
      }
    }
    caption(tile.caption(), graphics);
  }

  /** Draws a line through points (x, y, x, y, ...) on a white disc in the upper right corner. */
  private static void mark(Graphics2D graphics, double[] points) {
    int x = GAP + IMAGE - 10;
    int y = GAP + 10;
    Color color = graphics.getColor();
    graphics.setColor(Color.WHITE);
    graphics.fillOval(x - 10, y - 10, 20, 20);
    graphics.setColor(color);
    graphics.setStroke(new BasicStroke(3f));
    Path2D path = new Path2D.Double();
    path.moveTo(x + points[0], y + points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(x + points[i], y + points[i + 1]);
    }
    graphics.draw(path);
  }

  private static void caption(String text, Graphics2D graphics) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    FontMetrics metrics = graphics.getFontMetrics();
    int y = IMAGE + 2 * GAP + 4;
    for (String line : wrapped(text, metrics)) {
      graphics.drawString(line, (CELL_WIDTH - metrics.stringWidth(line)) / 2, y);
      y += LINE;
    }
  }

  /** Breaks a text into at most {@link #CAPTION_LINES} lines; an ellipsis marks omitted text. */
  private static List<String> wrapped(String text, FontMetrics metrics) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : Splitter.on(' ').split(text)) {
      boolean fits = metrics.stringWidth(line + " " + word) <= CELL_WIDTH - 4;
      if (!fits && line.length() > 0) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    if (lines.size() > CAPTION_LINES) {
      String last = lines.get(CAPTION_LINES - 1);
      while (metrics.stringWidth(last + "...") > CELL_WIDTH - 4) {
        last = last.substring(0, last.length() - 1);
      }
      lines = new ArrayList<>(lines.subList(0, CAPTION_LINES - 1));
      lines.add(last + "...");
    }
    return lines;
  }

  private static BufferedImage toImage(Pixels pixels) {
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = (rgb << 8) | Math.round(pixels.at(channel, y, x));
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }
}
