package dev.finetune.image;

/**
 * Changes of colour by a given amount, as in {@code torchvision.transforms.functional}. All return
 * the image itself for the amount that changes nothing.
 */
final class Colours {

  static final float WHITE = 255;

  /** The weights of the channels in torchvision's {@code rgb_to_grayscale}. */
  private static final float RED = 0.2989f;

  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private Colours() {}

  /** Multiplies all values by a factor. */
  static Pixels brightness(Pixels image, double factor) {
    float[] in = image.planes();
    float[] out = new float[in.length];
    float by = (float) factor;
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.min(WHITE, in[i] * by);
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  /** Multiplies the differences from the mean grey value of the image by a factor. */
  static Pixels contrast(Pixels image, double factor) {
    if (factor == 1) {
      return image;
    }
    double sum = 0;
    for (float value : grey(image)) {
      sum += value;
    }
    float mean = (float) (sum / (image.height() * image.width()));
    float[] in = image.planes();
    float[] out = new float[in.length];
    float own = (float) factor;
    float constant = (float) (1 - factor) * mean;
    for (int i = 0; i < out.length; i++) {
      out[i] = limit(own * in[i] + constant);
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  /** Multiplies the differences of each pixel from its grey value by a factor. */
  static Pixels saturation(Pixels image, double factor) {
    if (factor == 1) {
      return image;
    }
    float[] grey = grey(image);
    float[] in = image.planes();
    float[] out = new float[in.length];
    float own = (float) factor;
    float rest = (float) (1 - factor);
    for (int channel = 0; channel < 3; channel++) {
      int from = channel * grey.length;
      for (int i = 0; i < grey.length; i++) {
        out[from + i] = limit(own * in[from + i] + rest * grey[i]);
      }
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  /**
   * Rotates the hue in the hexagonal HSV model.
   *
   * @param turns the fraction of a full turn
   */
  static Pixels hue(Pixels image, double turns) {
    if (turns == 0) {
      return image;
    }
    float[] in = image.planes();
    float[] out = new float[in.length];
    int area = image.height() * image.width();
    float by = (float) turns;
    for (int i = 0; i < area; i++) {
      hue(in[i], in[area + i], in[2 * area + i], by, out, i, area);
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  private static void hue(
      float red, float green, float blue, float by, float[] out, int at, int area) {
    float most = Math.max(red, Math.max(green, blue));
    float least = Math.min(red, Math.min(green, blue));
    float range = most - least;
    if (range == 0) {
      out[at] = red;
      out[area + at] = green;
      out[2 * area + at] = blue;
      return;
    }
    // The hue in sixths of a turn, from -1 to 5.
    float sixths =
        most == red
            ? (green - blue) / range
            : most == green ? 2 + (blue - red) / range : 4 + (red - green) / range;
    float turns = sixths / 6 + 1 + by;
    float place = (turns - (float) Math.floor(turns)) * 6;
    int sector = (int) place;
    float along = place - sector;
    float falling = most - range * along;
    float rising = most - range * (1 - along);
    // A fraction that rounds to 1 is in sector 6, which is sector 0.
    switch (sector % 6) {
      case 0 -> set(out, at, area, most, rising, least);
      case 1 -> set(out, at, area, falling, most, least);
      case 2 -> set(out, at, area, least, most, rising);
      case 3 -> set(out, at, area, least, falling, most);
      case 4 -> set(out, at, area, rising, least, most);
      default -> set(out, at, area, most, least, falling);
    }
  }

  private static void set(float[] out, int at, int area, float red, float green, float blue) {
    out[at] = limit(red);
    out[area + at] = limit(green);
    out[2 * area + at] = limit(blue);
  }

  /** Returns the grey value of each pixel. */
  private static float[] grey(Pixels image) {
    float[] in = image.planes();
    int area = image.height() * image.width();
    float[] grey = new float[area];
    for (int i = 0; i < area; i++) {
      grey[i] = RED * in[i] + GREEN * in[area + i] + BLUE * in[2 * area + i];
    }
    return grey;
  }

  static float limit(float value) {
    return Math.max(0, Math.min(WHITE, value));
  }
}
