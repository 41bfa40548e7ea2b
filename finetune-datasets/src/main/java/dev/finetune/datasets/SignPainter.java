package dev.finetune.datasets;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/** A painter that draws one sign and chooses everything but its class at random. */
final class SignPainter {

  private final SplittableRandom random;
  private final Graphics2D graphics;
  private final int side;

  private SignPainter(Graphics2D graphics, int side, long seed) {
    this.graphics = graphics;
    this.side = side;
    this.random = new SplittableRandom(seed);
  }

  static BufferedImage paint(SignDesign design, int side, long seed) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      SignPainter painter = new SignPainter(graphics, side, seed);
      painter.background();
      painter.sign(design);
      painter.light(image);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private void background() {
    graphics.setColor(color());
    graphics.fillRect(0, 0, side, side);
    for (int i = 0; i < 7; i++) {
      graphics.setColor(color());
      double x = between(-0.3, 0.9) * side;
      double y = between(-0.3, 0.9) * side;
      double w = between(0.1, 0.8) * side;
      double h = between(0.1, 0.8) * side;
      graphics.fill(
          i % 2 == 0 ? new Rectangle2D.Double(x, y, w, h) : new Ellipse2D.Double(x, y, w, h));
    }
  }

  /** Draws the sign in coordinates from -1 to 1, with a random shift, rotation, scale and shear. */
  private void sign(SignDesign design) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(side * between(0.42, 0.58), side * between(0.42, 0.58));
    double scale = side * between(0.26, 0.42);
    graphics.scale(scale * between(0.85, 1.1), scale);
    graphics.rotate(between(-0.22, 0.22));
    graphics.shear(between(-0.12, 0.12), between(-0.06, 0.06));
    graphics.setColor(faded(design.border()));
    graphics.fill(board(design.board(), 1));
    graphics.setColor(faded(design.face()));
    graphics.fill(board(design.board(), 0.78));
    graphics.setColor(faded(design.ink()));
    if (design.board() == SignDesign.Board.TRIANGLE) {
      graphics.translate(0, 0.22);
      graphics.scale(0.72, 0.72);
    }
    symbol(design.symbol());
    graphics.setTransform(before);
  }

  private static Shape board(SignDesign.Board board, double radius) {
    return switch (board) {
      case CIRCLE -> new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
      case SQUARE -> polygon(4, Math.PI / 4, radius * 1.2);
      case DIAMOND -> polygon(4, 0, radius * 1.1);
      case OCTAGON -> polygon(8, Math.PI / 8, radius);
      case TRIANGLE -> polygon(3, -Math.PI / 2, radius * 1.15);
    };
  }

  private void symbol(SignDesign.Symbol symbol) {
    graphics.setStroke(new BasicStroke(0.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    switch (symbol) {
      case ARROW_UP -> arrow(0);
      case ARROW_LEFT -> arrow(-Math.PI / 2);
      case ARROW_RIGHT -> arrow(Math.PI / 2);
      case BAR_ACROSS -> graphics.fill(new Rectangle2D.Double(-0.55, -0.16, 1.1, 0.32));
      case BAR_UPRIGHT -> graphics.fill(new Rectangle2D.Double(-0.14, -0.5, 0.28, 1));
      case CROSS -> {
        line(-0.4, -0.4, 0.4, 0.4);
        line(-0.4, 0.4, 0.4, -0.4);
      }
      case PLUS -> {
        line(0, -0.45, 0, 0.45);
        line(-0.45, 0, 0.45, 0);
      }
      case DOT -> dot(0, 0, 0.42);
      case RING -> graphics.draw(new Ellipse2D.Double(-0.4, -0.4, 0.8, 0.8));
      case TWO_DOTS -> {
        dot(-0.3, 0, 0.22);
        dot(0.3, 0, 0.22);
      }
      case CHEVRON -> {
        line(-0.4, 0.3, 0, -0.3);
        line(0, -0.3, 0.4, 0.3);
      }
      case WAVE -> {
        Path2D wave = new Path2D.Double();
        wave.moveTo(0, -0.5);
        wave.curveTo(-0.8, -0.2, 0.8, 0.2, 0, 0.5);
        graphics.draw(wave);
      }
    }
  }

  private void arrow(double angle) {
    graphics.rotate(angle);
    line(0, 0.5, 0, -0.4);
    line(0, -0.5, -0.3, -0.15);
    line(0, -0.5, 0.3, -0.15);
    graphics.rotate(-angle);
  }

  private void line(double x1, double y1, double x2, double y2) {
    Path2D path = new Path2D.Double();
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
    graphics.draw(path);
  }

  private void dot(double x, double y, double radius) {
    graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  private static Shape polygon(int corners, double start, double radius) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < corners; i++) {
      double angle = start + 2 * Math.PI * i / corners;
      if (i == 0) {
        path.moveTo(radius * Math.cos(angle), radius * Math.sin(angle));
      } else {
        path.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
      }
    }
    path.closePath();
    return path;
  }

  /** Applies the brightness, contrast and noise of a cheap camera. */
  private void light(BufferedImage image) {
    double gain = between(0.45, 1.15);
    double offset = between(-25, 35);
    double noise = between(4, 22);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int rgb = image.getRGB(x, y);
        int r = exposed(rgb >> 16 & 0xff, gain, offset, noise);
        int g = exposed(rgb >> 8 & 0xff, gain, offset, noise);
        int b = exposed(rgb & 0xff, gain, offset, noise);
        image.setRGB(x, y, r << 16 | g << 8 | b);
      }
    }
  }

  private int exposed(int value, double gain, double offset, double noise) {
    double v = value * gain + offset + between(-noise, noise);
    return (int) Math.max(0, Math.min(255, v));
  }

  private Color faded(Color color) {
    return new Color(near(color.getRed()), near(color.getGreen()), near(color.getBlue()));
  }

  private int near(int value) {
    return (int) Math.max(0, Math.min(255, value + between(-22, 22)));
  }

  private Color color() {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }
}
