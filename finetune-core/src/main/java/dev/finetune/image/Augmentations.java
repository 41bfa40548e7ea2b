package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The built-in augmentations. Images keep their size, except with {@link #crop}, and values stay
 * from 0 to 255. The same generator state gives the same result.
 *
 * <p>Sizes in pixels are those of the image before it is resized for the network. Operations of
 * colours and tones have the formulas of {@code torchvision.transforms.functional}.
 */
public final class Augmentations {

  private Augmentations() {}

  /**
   * {@return the augmentations for traffic signs, labels and other flat designs whose orientation
   * and colours matter} They are a {@link #warp} by up to 18 degrees, a shift of 10 %, a zoom of 25
   * %, a shear of 10 degrees and a distortion of 0.15; {@link #colour} with 0.6, 0.5, 0.6 and 0.02;
   * for 4 of 10 images each {@link #lowResolution} down to a quarter and a {@link #blur} of up to 1
   * pixel; and for 3 of 10 images {@link #erasing} of up to 15 % of the area. Nothing is flipped.
   * {@code benchmarks/README.md} has the measurements.
   */
  public static Augmentation signs() {
    return new Written(
        "signs",
        warp(18, 0.1, 0.25, 10, 0.15)
            .then(colour(0.6, 0.5, 0.6, 0.02))
            .then(lowResolution(0.25).sometimes(0.4))
            .then(blur(1).sometimes(0.4))
            .then(erasing(0.15).sometimes(0.3)));
  }

  /**
   * {@return the augmentations for photographs of objects and scenes, which may be mirrored} They
   * are a {@link #crop} of at least 35 % of the area with an aspect ratio changed by up to 4 / 3;
   * {@link #horizontalFlip}; {@link #colour} with 0.3, 0.3, 0.3 and 0.05; for 1 of 20 images {@link
   * #grey}; and for 1 of 4 images {@link #erasing} of up to 20 % of the area.
   */
  public static Augmentation photographs() {
    return new Written(
        "photographs",
        crop(0.35, 4.0 / 3)
            .then(horizontalFlip())
            .then(colour(0.3, 0.3, 0.3, 0.05))
            .then(grey().sometimes(0.05))
            .then(erasing(0.2).sometimes(0.25)));
  }

  /**
   * {@return the augmentations for scanned or photographed documents} They are a {@link #warp} by
   * up to 2 degrees, a shift of 3 %, a zoom of 5 %, a shear of 2 degrees and a distortion of 0.05;
   * {@link #colour} with 0.2, 0.3, 0.3 and 0; and for 3 of 10 images each {@link #grey}, a {@link
   * #blur} of up to 1 pixel and {@link #noise} of up to 8. Nothing is flipped.
   */
  public static Augmentation documents() {
    return new Written(
        "documents",
        warp(2, 0.03, 0.05, 2, 0.05)
            .then(colour(0.2, 0.3, 0.3, 0))
            .then(grey().sometimes(0.3))
            .then(blur(1).sometimes(0.3))
            .then(noise(8).sometimes(0.3)));
  }

  /**
   * {@return the augmentations of a notation, such as {@code rotate:15,shift:0.1,grey@0.2}} Each is
   * a name, its arguments after colons, and optionally the probability of its use after an
   * {@code @}. They apply in order. The names are
   *
   * <ul>
   *   <li>{@code signs}, {@code photographs} and {@code documents};
   *   <li>{@code affine:DEGREES:SHIFT:ZOOM}, {@code warp:DEGREES:SHIFT:ZOOM:SHEAR:DISTORTION},
   *       {@code rotate:DEGREES}, {@code shift:SHARE}, {@code zoom:RANGE}, {@code shear:DEGREES},
   *       {@code perspective:DISTORTION}, {@code crop:AREA} and {@code crop:AREA:ASPECT}, {@code
   *       hflip} and {@code vflip};
   *   <li>{@code brightness:RANGE}, {@code contrast:RANGE}, {@code saturation:RANGE}, {@code
   *       hue:TURNS}, {@code colour:BRIGHTNESS:CONTRAST:SATURATION:HUE}, {@code grey}, {@code
   *       sharpness:RANGE}, {@code posterize:BITS}, {@code solarize:THRESHOLD}, {@code
   *       autocontrast} and {@code equalize};
   *   <li>{@code blur:DEVIATION}, {@code lowres:LEAST}, {@code noise:DEVIATION} and {@code
   *       erase:AREA};
   *   <li>{@code randaugment:COUNT:MAGNITUDE} and {@code trivialaugment}.
   * </ul>
   *
   * @param notation the augmentations, separated by commas
   * @throws IllegalArgumentException if the notation is empty, a name is unknown or an argument is
   *     invalid
   */
  public static Augmentation parse(String notation) {
    return parse(notation, Map.of());
  }

  /**
   * {@return the augmentations of a notation that may also name an application's own} See {@link
   * #parse(String)}.
   *
   * @param notation the augmentations, separated by commas
   * @param own creates an augmentation from its arguments, by name
   * @throws IllegalArgumentException if the notation is empty, a name is unknown or an argument is
   *     invalid
   */
  public static Augmentation parse(
      String notation, Map<String, Function<List<Double>, Augmentation>> own) {
    return new Written(notation, AugmentationNotation.parse(notation, own));
  }

  /**
   * {@return one of several augmentations for each image, with equal probability}
   *
   * @param choices the augmentations to choose from
   * @throws IllegalArgumentException if there is none
   * @throws NullPointerException if one is null
   */
  public static Augmentation oneOf(Augmentation... choices) {
    return new OneOf(ImmutableList.copyOf(choices));
  }

  /**
   * {@return a random rotation, shift and zoom about the centre} Each amount is uniform up to its
   * bound. Areas that come into view from outside the image repeat its border.
   *
   * @param degrees the largest rotation in either direction, in degrees, in [0, 180]
   * @param shift the largest shift in either direction, as a fraction of height and width, in [0,
   *     1)
   * @param zoom the largest zoom in either direction, in [0, 1): 0.1 scales by 0.9 to 1.1
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Augmentation affine(double degrees, double shift, double zoom) {
    return new Affine(degrees, shift, zoom);
  }

  /**
   * {@return a random shear, zoom, rotation, shift and perspective, in one interpolation} Each
   * amount is uniform up to its bound. Areas that come into view from outside the image repeat its
   * border.
   *
   * @param degrees the largest rotation in either direction, in degrees, in [0, 180]
   * @param shift the largest shift in either direction, as a fraction of height and width, in [0,
   *     1)
   * @param zoom the largest zoom in either direction, in [0, 1): 0.1 scales by 0.9 to 1.1
   * @param shear the largest shear of each axis in either direction, in degrees, in [0, 40]
   * @param distortion the largest move of each corner towards the centre, as a fraction of half the
   *     width and height, in [0, 0.6]; as {@code distortion_scale} of torchvision's {@code
   *     RandomPerspective}
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Augmentation warp(
      double degrees, double shift, double zoom, double shear, double distortion) {
    return new Warp(degrees, shift, zoom, shear, distortion);
  }

  /**
   * {@return a random part of the image} The result has the size of the part; the network's input
   * resizes it. The area is uniform from {@code area} to the whole image. The aspect ratio relative
   * to that of the image is log-uniform, because the whole image is resized without preserving it.
   * Otherwise this is {@code RandomResizedCrop} (C. Szegedy et al., "Going Deeper with
   * Convolutions", 2015, section 6).
   *
   * @param area the smallest part of the area, in (0, 1]; 0.08 in the paper
   * @param aspect the largest change of the aspect ratio, in [1, 10]; 4.0 / 3 in the paper
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Augmentation crop(double area, double aspect) {
    return new Crop(area, aspect);
  }

  /**
   * {@return a left-right flip of half of the images} Do not use it where orientation matters, as
   * with most traffic signs.
   */
  public static Augmentation horizontalFlip() {
    return new Flip(true);
  }

  /** {@return a flip of half of the images that exchanges top and bottom} */
  public static Augmentation verticalFlip() {
    return new Flip(false);
  }

  /**
   * {@return random changes of brightness, contrast, saturation and hue, in this order}
   *
   * @param brightness as in {@link #brightness}
   * @param contrast as in {@link #contrast}
   * @param saturation as in {@link #saturation}
   * @param hue as in {@link #hue}
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Augmentation colour(
      double brightness, double contrast, double saturation, double hue) {
    return brightness(brightness)
        .then(contrast(contrast))
        .then(saturation(saturation))
        .then(hue(hue));
  }

  /**
   * {@return a multiplication of all values by a uniform random factor} Results over 255 become
   * 255.
   *
   * @param range the largest change of the factor, in [0, 1): 0.3 multiplies by 0.7 to 1.3
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation brightness(double range) {
    return new Brightness(range);
  }

  /**
   * {@return a multiplication of the differences from the mean grey value of the image by a uniform
   * random factor}
   *
   * @param range the largest change of the factor, in [0, 1]: 0.3 multiplies by 0.7 to 1.3
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation contrast(double range) {
    return aroundOne(Operation.CONTRAST, range);
  }

  /**
   * {@return a multiplication of the differences of each pixel from its grey value by a uniform
   * random factor}
   *
   * @param range the largest change of the factor, in [0, 1]: 0.3 multiplies by 0.7 to 1.3
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation saturation(double range) {
    return aroundOne(Operation.SATURATION, range);
  }

  /**
   * {@return a mix of the image with a copy smoothed by a 3 x 3 filter, by a uniform random factor}
   * A factor of 0 is the smoothed copy, 1 the image, and 2 is as much sharper.
   *
   * @param range the largest difference of the factor from 1, in [0, 1]
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation sharpness(double range) {
    return aroundOne(Operation.SHARPNESS, range);
  }

  private static Augmentation aroundOne(Operation operation, double range) {
    checkArgument(range >= 0 && range <= 1, "%s range must be in [0, 1], got %s", operation, range);
    return new Uniform(operation, 1 - range, 1 + range);
  }

  /**
   * {@return a rotation of all hues by a uniform random amount, in the HSV model}
   *
   * @param turns the largest rotation in either direction, in turns, in [0, 0.5]
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation hue(double turns) {
    checkArgument(turns >= 0 && turns <= 0.5, "hue must be in [0, 0.5] turns, got %s", turns);
    return new Uniform(Operation.HUE, -turns, turns);
  }

  /** {@return a conversion to grey; for some images only: {@code grey().sometimes(0.1)}} */
  public static Augmentation grey() {
    return new Always(Operation.GREY);
  }

  /**
   * {@return a Gaussian blur with a uniform random deviation}
   *
   * @param deviation the largest standard deviation in pixels, in [0, 50]
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation blur(double deviation) {
    checkArgument(
        deviation >= 0 && deviation <= 50, "blur deviation must be in [0, 50], got %s", deviation);
    return new Uniform(Operation.BLUR, 0, deviation);
  }

  /**
   * {@return a loss of detail, as if the image was taken from farther away} The image is blurred,
   * shrunk and enlarged again.
   *
   * @param least the smallest share of the height and width to shrink to, in (0, 1]; the share is
   *     distributed uniformly on a logarithmic scale. Images are not shrunk below 8 pixels
   * @throws IllegalArgumentException if {@code least} is outside its range
   */
  public static Augmentation lowResolution(double least) {
    return new LowResolution(least);
  }

  /**
   * {@return independent Gaussian noise on all values, with a uniform random deviation}
   *
   * @param deviation the largest standard deviation, in [0, 255]
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation noise(double deviation) {
    return new Noise(deviation);
  }

  /**
   * {@return a random rectangle of uniform random values} This is random erasing (Z. Zhong et al.,
   * "Random Erasing Data Augmentation", 2017) of every image; for half of them as in the paper:
   * {@code erasing(0.4).sometimes(0.5)}. The smallest area is 2 %, and the aspect ratio is
   * log-uniform from 0.3 to 1 / 0.3. If 10 attempts give no rectangle within the image, the image
   * is not changed.
   *
   * @param area the largest part of the area, in [0, 1); 0.4 in the paper
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation erasing(double area) {
    return new Erasing(area);
  }

  /**
   * {@return a restriction of values to a random number of bits}
   *
   * @param bits the smallest number of bits, from 1 to 8
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation posterize(int bits) {
    checkArgument(bits >= 1 && bits <= 8, "bits must be from 1 to 8, got %s", bits);
    return new Uniform(Operation.POSTERIZE, bits, 8);
  }

  /**
   * {@return an inversion of the values that are at least a uniform random threshold}
   *
   * @param threshold the smallest threshold, in [0, 255]
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation solarize(double threshold) {
    checkArgument(
        threshold >= 0 && threshold <= 255, "threshold must be in [0, 255], got %s", threshold);
    return new Uniform(Operation.SOLARIZE, threshold, 255);
  }

  /** {@return a linear stretch of each channel to the values from 0 to 255} */
  public static Augmentation autocontrast() {
    return new Always(Operation.AUTOCONTRAST);
  }

  /** {@return an equalisation of the histogram of each channel; results are whole numbers} */
  public static Augmentation equalize() {
    return new Always(Operation.EQUALIZE);
  }

  /**
   * {@return RandAugment (E. Cubuk et al., "RandAugment: Practical automated data augmentation with
   * a reduced search space", 2020): random operations of a fixed magnitude} The operations and
   * their ranges are those of torchvision's {@code RandAugment}, which flip nothing: identity,
   * shear, translation, rotation, brightness, saturation, contrast, sharpness, posterize, solarize,
   * autocontrast and equalize. Unlike torchvision's defaults, interpolation is bilinear, and areas
   * from outside the image repeat its border.
   *
   * @param count the number of operations in sequence, from 1 to 20; 2 in torchvision
   * @param magnitude from 0 to 30; 9 in torchvision
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Augmentation randAugment(int count, int magnitude) {
    return new RandAugment(count, magnitude);
  }

  /**
   * {@return TrivialAugment (S. Müller, F. Hutter, "TrivialAugment: Tuning-free Yet
   * State-of-the-Art Data Augmentation", 2021): one random operation of a random magnitude} The
   * operations and their ranges are those of torchvision's {@code TrivialAugmentWide}: those of
   * {@link #randAugment} with wider ranges.
   */
  public static Augmentation trivialAugment() {
    return new TrivialAugment();
  }
}
