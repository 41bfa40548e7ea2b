package dev.finetune.image;

/** A change of an image by an amount, without randomness. */
enum Operation {
  BRIGHTNESS("brightness"),
  CONTRAST("contrast"),
  SATURATION("saturation"),
  HUE("hue"),
  SHARPNESS("sharpness"),
  BLUR("blur"),
  POSTERIZE("posterize"),
  SOLARIZE("solarize"),
  ROTATE("rotate"),
  SHEAR_X("shear x"),
  SHEAR_Y("shear y"),
  TRANSLATE_X("translate x"),
  TRANSLATE_Y("translate y"),
  IDENTITY("identity"),
  GREY("grey"),
  AUTOCONTRAST("autocontrast"),
  EQUALIZE("equalize");

  private final String text;

  Operation(String text) {
    this.text = text;
  }

  /** Returns a changed copy of an image, or the image itself if nothing changes. */
  Pixels apply(Pixels image, double amount) {
    return switch (this) {
      case BRIGHTNESS -> Colours.brightness(image, amount);
      case CONTRAST -> Colours.contrast(image, amount);
      case SATURATION -> Colours.saturation(image, amount);
      case HUE -> Colours.hue(image, amount);
      case SHARPNESS -> Filters.sharpness(image, amount);
      case BLUR -> Filters.blur(image, amount);
      case POSTERIZE -> Tones.posterize(image, amount);
      case SOLARIZE -> Tones.solarize(image, amount);
      case ROTATE -> Geometry.rotate(image, amount);
      case SHEAR_X -> Geometry.shearX(image, amount);
      case SHEAR_Y -> Geometry.shearY(image, amount);
      case TRANSLATE_X -> Geometry.translateX(image, amount);
      case TRANSLATE_Y -> Geometry.translateY(image, amount);
      case IDENTITY -> image;
      case GREY -> Colours.saturation(image, 0);
      case AUTOCONTRAST -> Tones.autocontrast(image);
      case EQUALIZE -> Tones.equalize(image);
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
