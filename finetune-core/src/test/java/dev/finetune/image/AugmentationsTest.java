package dev.finetune.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.google.common.hash.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationsTest {

  private static final String EVERY =
      "affine:20:0.2:0.3,warp:20:0.1:0.2:10:0.4,rotate:90,shift:0.5,zoom:0.9,shear:40,"
          + "perspective:0.6,crop:0.05,crop:0.3:5,hflip,vflip,brightness:0.9,contrast:1,"
          + "saturation:1,hue:0.5,colour:0.5:0.5:0.5:0.2,grey,sharpness:1,posterize:1,solarize:0,"
          + "autocontrast,equalize,blur:4,lowres:0.2,noise:80,erase:0.5,randaugment:3:30,trivialaugment,"
          + "signs,photographs,documents,grey@0.5";

  static Stream<Augmentation> every() {
    return Arrays.stream(EVERY.split(",")).map(Augmentations::parse);
  }

  private static Pixels noise(int height, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] planes = new float[3 * height * width];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) random.nextDouble(255);
    }
    return Pixels.ofPlanes(height, width, planes);
  }

  private static Pixels constant(int height, int width, float value) {
    float[] planes = new float[3 * height * width];
    Arrays.fill(planes, value);
    return Pixels.ofPlanes(height, width, planes);
  }

  @ParameterizedTest
  @MethodSource("every")
  void should_depend_on_the_seed_only_and_keep_the_input_the_size_and_the_range(
      Augmentation augmentation) {
    int[][] sizes = {{1, 1}, {1, 7}, {2, 3}, {3, 3}, {24, 17}, {40, 40}};
    Set<String> results = new HashSet<>();
    for (int seed = 0; seed < 60; seed++) {
      int[] size = sizes[seed % sizes.length];
      Pixels image = noise(size[0], size[1], seed);
      float[] before = image.planes().clone();

      Pixels changed = augmentation.apply(image, new SplittableRandom(seed));

      assertThat(image.planes()).isEqualTo(before);
      assertThat(augmentation.apply(image, new SplittableRandom(seed)).planes())
          .isEqualTo(changed.planes());
      for (float value : changed.planes()) {
        assertThat(value).isBetween(0f, 255f);
      }
      boolean crops = augmentation.description().contains("crop");
      assertThat(changed.height()).isBetween(crops ? 1 : size[0], size[0]);
      assertThat(changed.width()).isBetween(crops ? 1 : size[1], size[1]);
      results.add(Arrays.toString(changed.planes()));
    }
    assertThat(results).hasSizeGreaterThan(30);
  }

  /** The bits must not change: the descriptions are part of the keys of stored features. */
  @ParameterizedTest
  @CsvSource({
    "affine:10:0.1:0.1, 'affine 10.0 degrees, shift 0.1, zoom 0.1', 45c869420998d307",
    "brightness:0.3, brightness 0.3, ae792636c6bc5a01",
    "hflip, horizontal flip, c1cb0e7d4363dee3",
    "'warp:10:0.1:0.1:5:0.2', 'warp 10.0 degrees, shift 0.1, zoom 0.1, shear 5.0 degrees,"
        + " distortion 0.2', 4eb1041cd004dfff",
    "signs, *, f68cdbdc306884b2",
    "photographs, *, ff78866167340b22",
    "documents, *, f9bd9c69407207eb",
    "randaugment:2:9, RandAugment 2 of magnitude 9, aa8ac1f4f357621d",
    "trivialaugment, TrivialAugment, b98e045116747b50",
  })
  void should_keep_its_bits_and_description(String notation, String description, String hash) {
    Augmentation augmentation = Augmentations.parse(notation);
    var hasher = Hashing.sha256().newHasher();
    for (int seed = 0; seed < 20; seed++) {
      Pixels changed = augmentation.apply(noise(17, 23, seed), new SplittableRandom(seed));
      for (float value : changed.planes()) {
        hasher.putFloat(value);
      }
    }

    if (!description.equals("*")) {
      assertThat(augmentation.description()).isEqualTo(description);
    }
    assertThat(hasher.hash().toString().substring(0, 16)).isEqualTo(hash);
  }

  /** Detail is lost, and the brightness and slow changes stay. */
  @Test
  void should_keep_what_a_low_resolution_can_show() {
    Pixels noise = noise(64, 64, 3);
    float[] ramp = new float[3 * 64 * 64];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = 2 * (i % 64) + 60;
    }
    Augmentation quarter = Augmentations.lowResolution(0.25);
    RandomGenerator smallest = () -> -1L; // the largest double below 1: the share is the least

    double kept = deviation(quarter.apply(noise, smallest).planes());
    float[] slow = quarter.apply(Pixels.ofPlanes(64, 64, ramp), smallest).planes();

    // Averages of 4 x 4 independent values have a quarter of their deviation.
    assertThat(kept).isLessThan(0.4 * deviation(noise.planes()));
    assertThat(mean(quarter.apply(noise, smallest).planes()))
        .isCloseTo(mean(noise.planes()), offset(2.0));
    for (int x = 8; x < 56; x++) {
      assertThat(slow[32 * 64 + x]).isCloseTo(ramp[32 * 64 + x], offset(0.5f));
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double deviation(float[] values) {
    double mean = mean(values);
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  @Test
  void should_have_different_descriptions() {
    List<String> descriptions = every().map(Augmentation::description).toList();

    assertThat(descriptions).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "affine:0:0:0",
    "warp:0:0:0:0:0",
    "crop:1:1",
    "brightness:0",
    "contrast:0",
    "saturation:0",
    "hue:0",
    "sharpness:0",
    "posterize:8",
    "blur:0",
    "lowres:1",
    "noise:0",
    "randaugment:1:0@0",
    "grey@0",
    "equalize@0"
  })
  void should_change_nothing_at_zero_strength(String notation) {
    Augmentation augmentation = Augmentations.parse(notation);
    for (int seed = 0; seed < 20; seed++) {
      Pixels image = noise(9, 13, seed);
      assertThat(augmentation.apply(image, new SplittableRandom(seed)).planes())
          .isEqualTo(image.planes());
    }
  }

  @Test
  void should_change_the_given_part_of_the_images() {
    Augmentation augmentation = Augmentations.grey().sometimes(0.3);
    SplittableRandom random = new SplittableRandom(5);
    Pixels image = noise(2, 2, 1);
    int changed = 0;
    for (int i = 0; i < 10_000; i++) {
      changed += augmentation.apply(image, random) == image ? 0 : 1;
    }

    // Four standard deviations of the binomial distribution are 183.
    assertThat(changed).isBetween(2817, 3183);
  }

  @Test
  void should_choose_each_of_several_equally() {
    Augmentation augmentation =
        Augmentations.oneOf(
            Augmentations.brightness(0), Augmentations.erasing(0.5), Augmentations.grey());
    SplittableRandom random = new SplittableRandom(5);
    Pixels image = noise(4, 4, 1);
    float[] grey = Operation.GREY.apply(image, 0).planes();
    int greys = 0;
    int same = 0;
    for (int i = 0; i < 9000; i++) {
      float[] changed = augmentation.apply(image, random).planes();
      greys += Arrays.equals(changed, grey) ? 1 : 0;
      same += Arrays.equals(changed, image.planes()) ? 1 : 0;
    }

    assertThat(greys).isBetween(2821, 3179);
    assertThat(same).isGreaterThan(2821);
    assertThat(augmentation.description())
        .isEqualTo("one of (brightness 0.0) or (erasing 0.5) or (grey)");
  }

  @Test
  void should_crop_areas_and_aspect_ratios_in_the_range() {
    Augmentation augmentation = Augmentations.crop(0.25, 2);
    SplittableRandom random = new SplittableRandom(3);
    Pixels image = noise(200, 100, 1);
    double sum = 0;
    Set<Float> corners = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Pixels part = augmentation.apply(image, random);
      double area = part.width() * part.height() / 20000.0;
      double aspect = 2.0 * part.width() / part.height();
      assertThat(area).isBetween(0.24, 1.0);
      assertThat(aspect).isBetween(0.48, 2.05);
      corners.add(part.at(0, 0, 0));
      sum += area;
    }
    assertThat(corners).hasSizeGreaterThan(300);
    assertThat(sum / 500).isBetween(0.5, 0.65);
  }

  @Test
  void should_erase_a_rectangle_of_the_given_area() {
    Augmentation augmentation = Augmentations.erasing(0.4);
    Pixels image = constant(60, 80, 300);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 200; i++) {
      Pixels changed = augmentation.apply(image, random);
      int erased = 0;
      int top = 60;
      int bottom = -1;
      int left = 80;
      int right = -1;
      for (int y = 0; y < 60; y++) {
        for (int x = 0; x < 80; x++) {
          if (changed.at(0, y, x) < 300) {
            erased++;
            top = Math.min(top, y);
            bottom = Math.max(bottom, y);
            left = Math.min(left, x);
            right = Math.max(right, x);
          }
        }
      }
      assertThat(erased).isEqualTo((bottom - top + 1) * (right - left + 1));
      assertThat(erased / 4800.0).isBetween(0.015, 0.42);
    }
  }

  @Test
  void should_add_noise_with_the_given_deviation() {
    Pixels image = constant(200, 200, 128);
    Pixels changed = new Noise(20).apply(image, new SplittableRandom(1));
    double deviation = 20 * new SplittableRandom(1).nextDouble();
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (float value : changed.planes()) {
      double difference = (value - 128) / deviation;
      sum += difference;
      squares += difference * difference;
      fourths += Math.pow(difference, 4);
    }
    int count = 3 * 200 * 200;

    assertThat(sum / count).isCloseTo(0, Offset.offset(0.015));
    assertThat(squares / count).isCloseTo(1, Offset.offset(0.02));
    assertThat(fourths / count).isCloseTo(3, Offset.offset(0.15));
  }

  /** A constant image shows where a filter's weights do not add up to 1. */
  @ParameterizedTest
  @CsvSource({
    "blur:3",
    "sharpness:1",
    "affine:30:0.2:0.2",
    "warp:30:0.2:0.2:20:0.5",
    "hue:0.5",
    "autocontrast",
    "equalize"
  })
  void should_keep_a_constant_image(String notation) {
    Pixels changed =
        Augmentations.parse(notation).apply(constant(20, 30, 77), new SplittableRandom(8));

    for (float value : changed.planes()) {
      assertThat(value).isCloseTo(77, Offset.offset(1e-4f));
    }
  }

  /** The image is a ramp, which bilinear interpolation keeps: values are the source positions. */
  @Test
  void should_move_the_corners_towards_the_centre() {
    int side = 101;
    float[] planes = new float[3 * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        planes[y * side + x] = x;
        planes[side * side + y * side + x] = y;
      }
    }
    Pixels ramp = Pixels.ofPlanes(side, side, planes);
    for (int seed = 0; seed < 50; seed++) {
      Pixels changed =
          Augmentations.parse("perspective:0.5").apply(ramp, new SplittableRandom(seed));

      // What a corner shows is on the border; each corner moves by at most a quarter of the side.
      assertThat(changed.at(0, 50, 26)).isBetween(0f, 50f);
      assertThat(changed.at(0, 26, 26)).isBetween(0f, 35f);
      assertThat(changed.at(1, 26, 26)).isBetween(0f, 35f);
      assertThat(changed.at(0, 50, 50)).isBetween(25f, 75f);
      List<Float> row = new ArrayList<>();
      for (int x = 0; x < side; x++) {
        row.add((float) Math.rint(changed.at(0, 50, x) * 1000));
      }
      assertThat(row).isSorted();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rotat:15 | An augmentation must be one of signs, ",
        "'' | An augmentation must be one of signs, ",
        "rotate | rotate:DEGREES, ",
        "rotate:1:2 | crop:AREA[:ASPECT], ",
        "signs:1 | got \"signs:1\"",
        "rotate:x | The arguments of an augmentation must be numbers, got \"rotate:x\"",
        "grey@x | The arguments of an augmentation must be numbers, got \"grey@x\"",
        "grey@2 | grey@2: probability must be in [0, 1], got 2.0",
        "rotate:181 | rotate:181: degrees must be in [0, 180], and shift and zoom in [0, 1), got",
        "posterize:2.5 | posterize:2.5: The argument must be a whole number, got 2.5",
        "posterize:9 | posterize:9: bits must be from 1 to 8, got 9",
        "contrast:1.5 | contrast:1.5: contrast range must be in [0, 1], got 1.5",
        "hue:0.6 | hue must be in [0, 0.5] turns, got 0.6",
        "blur:51 | blur deviation must be in [0, 50], got 51.0",
        "noise:-1 | deviation must be in [0, 255], got -1.0",
        "erase:1 | area must be in [0, 1), got 1.0",
        "crop:0 | area must be in (0, 1], got 0.0",
        "crop:1:0.5 | aspect must be in [1, 10], got 0.5",
        "shear:41 | shear must be in [0, 40] degrees, got 41.0",
        "perspective:0.7 | distortion must be in [0, 0.6], got 0.7",
        "solarize:256 | threshold must be in [0, 255], got 256.0",
        "randaugment:0:9 | count must be from 1 to 20, got 0",
        "randaugment:2:31 | magnitude must be from 0 to 30, got 31",
      })
  void should_refuse_and_say_what_is_known(String notation, String message) {
    assertThatThrownBy(() -> Augmentations.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_parse_a_sequence() {
    assertThat(Augmentations.parse("rotate:15, shift:0.1,brightness:0.3@0.5").description())
        .isEqualTo(
            "affine 15.0 degrees, shift 0.0, zoom 0.0, affine 0.0 degrees, shift 0.1, zoom 0.0,"
                + " with probability 0.5 (brightness 0.3)");
    assertThat(Augmentations.parse("signs").description())
        .isEqualTo(Augmentations.signs().description());
  }

  @Test
  void should_refuse_an_empty_choice() {
    assertThatThrownBy(Augmentations::oneOf)
        .hasMessage("oneOf must have at least one augmentation, got none");
  }
}
