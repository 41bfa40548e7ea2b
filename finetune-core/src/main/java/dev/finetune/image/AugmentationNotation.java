package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The notation of augmentations on a command line: {@link Augmentations#parse}. */
final class AugmentationNotation {

  /** The largest number of arguments of an application's own augmentation. */
  private static final int MOST = 16;

  private static final ImmutableMap<String, Kind> KINDS =
      ImmutableMap.<String, Kind>builder()
          .put("signs", kind("", a -> Augmentations.signs()))
          .put("photographs", kind("", a -> Augmentations.photographs()))
          .put("documents", kind("", a -> Augmentations.documents()))
          .put(
              "affine",
              kind(":DEGREES:SHIFT:ZOOM", a -> Augmentations.affine(a.get(0), a.get(1), a.get(2))))
          .put(
              "warp",
              kind(
                  ":DEGREES:SHIFT:ZOOM:SHEAR:DISTORTION",
                  a -> Augmentations.warp(a.get(0), a.get(1), a.get(2), a.get(3), a.get(4))))
          .put("rotate", kind(":DEGREES", a -> Augmentations.affine(a.get(0), 0, 0)))
          .put("shift", kind(":SHARE", a -> Augmentations.affine(0, a.get(0), 0)))
          .put("zoom", kind(":RANGE", a -> Augmentations.affine(0, 0, a.get(0))))
          .put("shear", kind(":DEGREES", a -> Augmentations.warp(0, 0, 0, a.get(0), 0)))
          .put("perspective", kind(":DISTORTION", a -> Augmentations.warp(0, 0, 0, 0, a.get(0))))
          .put(
              "crop",
              new Kind(
                  ":AREA[:ASPECT]",
                  1,
                  2,
                  a -> Augmentations.crop(a.get(0), a.size() > 1 ? a.get(1) : 4.0 / 3)))
          .put("hflip", kind("", a -> Augmentations.horizontalFlip()))
          .put("vflip", kind("", a -> Augmentations.verticalFlip()))
          .put("brightness", kind(":RANGE", a -> Augmentations.brightness(a.get(0))))
          .put("contrast", kind(":RANGE", a -> Augmentations.contrast(a.get(0))))
          .put("saturation", kind(":RANGE", a -> Augmentations.saturation(a.get(0))))
          .put("hue", kind(":TURNS", a -> Augmentations.hue(a.get(0))))
          .put(
              "colour",
              kind(
                  ":BRIGHTNESS:CONTRAST:SATURATION:HUE",
                  a -> Augmentations.colour(a.get(0), a.get(1), a.get(2), a.get(3))))
          .put("grey", kind("", a -> Augmentations.grey()))
          .put("sharpness", kind(":RANGE", a -> Augmentations.sharpness(a.get(0))))
          .put("posterize", kind(":BITS", a -> Augmentations.posterize(whole(a.get(0)))))
          .put("solarize", kind(":THRESHOLD", a -> Augmentations.solarize(a.get(0))))
          .put("autocontrast", kind("", a -> Augmentations.autocontrast()))
          .put("equalize", kind("", a -> Augmentations.equalize()))
          .put("blur", kind(":DEVIATION", a -> Augmentations.blur(a.get(0))))
          .put("lowres", kind(":LEAST", a -> Augmentations.lowResolution(a.get(0))))
          .put("noise", kind(":DEVIATION", a -> Augmentations.noise(a.get(0))))
          .put("erase", kind(":AREA", a -> Augmentations.erasing(a.get(0))))
          .put(
              "randaugment",
              kind(
                  ":COUNT:MAGNITUDE",
                  a -> Augmentations.randAugment(whole(a.get(0)), whole(a.get(1)))))
          .put("trivialaugment", kind("", a -> Augmentations.trivialAugment()))
          .buildOrThrow();

  private AugmentationNotation() {}

  /**
   * A kind of augmentation.
   *
   * @param arguments the notation of its arguments
   * @param fewest the smallest number of arguments
   * @param most the largest number of arguments
   * @param maker creates an augmentation from the arguments
   */
  private record Kind(
      String arguments, int fewest, int most, Function<List<Double>, Augmentation> maker) {}

  private static Kind kind(String arguments, Function<List<Double>, Augmentation> maker) {
    int count = (int) arguments.chars().filter(c -> c == ':').count();
    return new Kind(arguments, count, count, maker);
  }

  private static int whole(double value) {
    checkArgument(value == (int) value, "The argument must be a whole number, got %s", value);
    return (int) value;
  }

  static Augmentation parse(
      String notation, Map<String, Function<List<Double>, Augmentation>> own) {
    Map<String, Kind> kinds = new LinkedHashMap<>(KINDS);
    own.forEach((name, maker) -> kinds.put(name, new Kind("[:NUMBER...]", 0, MOST, maker)));
    return Splitter.on(',')
        .trimResults()
        .omitEmptyStrings()
        .splitToStream(notation)
        .map(text -> parseOne(text, kinds))
        .reduce(Augmentation::then)
        .orElseThrow(() -> unknown(notation, kinds));
  }

  private static Augmentation parseOne(String text, Map<String, Kind> kinds) {
    List<String> parts = Splitter.on('@').limit(2).splitToList(text);
    List<String> words = Splitter.on(':').splitToList(parts.get(0));
    Kind kind = kinds.get(words.get(0));
    int given = words.size() - 1;
    if (kind == null || given < kind.fewest() || given > kind.most()) {
      throw unknown(text, kinds);
    }
    try {
      List<Double> arguments = words.stream().skip(1).map(Double::valueOf).toList();
      Augmentation augmentation = kind.maker().apply(arguments);
      return parts.size() == 1
          ? augmentation
          : augmentation.sometimes(Double.parseDouble(parts.get(1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The arguments of an augmentation must be numbers, got \"" + text + "\"", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException unknown(String text, Map<String, Kind> kinds) {
    return new IllegalArgumentException(
        kinds.entrySet().stream()
            .map(entry -> entry.getKey() + entry.getValue().arguments())
            .collect(
                Collectors.joining(
                    ", ",
                    "An augmentation must be one of ",
                    ", optionally with @PROBABILITY, got \"" + text + "\"")));
  }
}
