package dev.finetune.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewsTest {

  private static final View SAME = View.identity();

  private static Pixels image(int height, int width) {
    Random random = new Random(4);
    float[] planes = new float[3 * height * width];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = random.nextInt(256);
    }
    return Pixels.ofPlanes(height, width, planes);
  }

  @Provide
  Arbitrary<View> views() {
    Arbitrary<Double> zoom = Arbitraries.doubles().between(0.1, 10).ofScale(3);
    Arbitrary<Double> shift = Arbitraries.doubles().between(-0.99, 0.99).ofScale(3);
    Arbitrary<Double> degrees = Arbitraries.doubles().between(-180, 180).ofScale(3);
    return Combinators.combine(zoom, shift, shift, degrees, Arbitraries.of(true, false))
        .as(View::new);
  }

  @Property(seed = "42")
  void should_read_its_own_notation(@ForAll("views") View view) {
    Views views = view.equals(SAME) ? Views.none() : Views.of(SAME, view);

    assertThat(Views.parse(views.notation())).isEqualTo(views);
    assertThat(Views.parse(view.notation()).list()).containsExactly(view);
  }

  @Property(seed = "42")
  void should_keep_size_and_range(@ForAll("views") View view) {
    Pixels image = image(5, 7);

    Pixels changed = view.apply(image);

    assertThat(List.of(changed.height(), changed.width())).containsExactly(5, 7);
    for (float value : changed.planes()) {
      assertThat(value).isBetween(0f, 255f);
    }
  }

  @Test
  void should_return_the_image_itself_as_the_identity() {
    Pixels image = image(4, 5);

    assertThat(SAME.apply(image)).isSameAs(image);
    assertThat(SAME.zoom(1).shift(-0.0, 0).rotate(-0.0)).isEqualTo(SAME);
    assertThat(Views.none().apply(image)).containsExactly(image);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7})
  void should_mirror_to_the_bit(int width) {
    Pixels image = image(3, width);

    Pixels mirrored = SAME.mirror().apply(image);

    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < width; x++) {
          assertThat(mirrored.at(channel, y, x)).isEqualTo(image.at(channel, y, width - 1 - x));
        }
      }
    }
    assertThat(SAME.mirror().apply(mirrored).planes()).containsExactly(image.planes());
  }

  @Test
  void should_shift_to_the_right_and_down_and_repeat_the_border() {
    Pixels image = image(4, 8);

    Pixels shifted = SAME.shift(0.25, 0.5).apply(image);

    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 8; x++) {
        assertThat(shifted.at(1, y, x))
            .isEqualTo(image.at(1, Math.max(0, y - 2), Math.max(0, x - 2)));
      }
    }
  }

  /** A position at a distance d from the centre shows the image at a distance d / 2. */
  @Test
  void should_magnify_about_the_centre() {
    Pixels image = image(9, 9);

    Pixels larger = SAME.zoom(2).apply(image);
    Pixels smaller = SAME.zoom(0.5).apply(image);

    assertThat(larger.at(0, 4, 4)).isEqualTo(image.at(0, 4, 4));
    assertThat(larger.at(0, 4, 8)).isEqualTo(image.at(0, 4, 6));
    assertThat(larger.at(2, 0, 2)).isEqualTo(image.at(2, 2, 3));
    assertThat(smaller.at(0, 4, 6)).isEqualTo(image.at(0, 4, 8));
    assertThat(smaller.at(0, 4, 7)).isEqualTo(image.at(0, 4, 8));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-170, -30, 0.5, 45, 90})
  void should_rotate_as_the_augmentation_of_randaugment(double degrees) {
    Pixels image = image(6, 9);

    assertThat(SAME.rotate(degrees).apply(image).planes())
        .containsExactly(Geometry.rotate(image, degrees).planes(), Offset.offset(1e-3f));
  }

  /** Top right becomes top left. */
  @Test
  void should_rotate_counter_clockwise() {
    Pixels image = image(5, 5);

    assertThat(SAME.rotate(90).apply(image).at(0, 0, 0))
        .isCloseTo(image.at(0, 0, 4), Offset.offset(1e-3f));
  }

  /** Without interpolation the order can be seen: a mirror after the shift would go left. */
  @Test
  void should_mirror_first_and_shift_last() {
    Pixels image = image(4, 4);
    View both = SAME.mirror().rotate(90).shift(0.25, 0);

    Pixels inSteps = SAME.shift(0.25, 0).apply(SAME.rotate(90).apply(SAME.mirror().apply(image)));

    assertThat(both.apply(image).planes()).containsExactly(inSteps.planes(), Offset.offset(1e-3f));
  }

  @Test
  void should_have_presets() {
    assertThat(Views.parse("signs")).isEqualTo(Views.signs());
    assertThat(Views.signs()).hasToString("identity,zoom:0.9,zoom:1.1,rotate:5.0,rotate:-5.0");
    assertThat(Views.photographs()).hasToString("identity,hflip,zoom:1.15,zoom:1.15+hflip");
    assertThat(Views.parse("photographs, rotate:3").list())
        .hasSize(5)
        .startsWith(SAME)
        .endsWith(SAME.rotate(3));
    assertThat(Views.signs().isNone()).isFalse();
    assertThat(Views.parse("identity").isNone()).isTrue();
    assertThat(Views.parse("shift:-0.1:0.2+hflip").list())
        .containsExactly(new View(1, -0.1, 0.2, 0, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|A view must be identity, or changes joined by +",
        "blur:2|got \"blur:2\"",
        "zoom|got \"zoom\"",
        "zoom:1:2|got \"zoom:1:2\"",
        "hflip:1|got \"hflip:1\"",
        "identity,|got \"\"",
        "zoom:x|The arguments of a view must be numbers, got \"zoom:x\"",
        "zoom:0.05|zoom:0.05: zoom must be in [0.1, 10.0], got 0.05",
        "zoom:NaN|zoom:NaN: zoom must be in [0.1, 10.0], got NaN",
        "shift:1:0|right and down must be in (-1, 1), got 1.0 and 0.0",
        "rotate:-181|degrees must be in [-180, 180], got -181.0",
        "hflip+hflip|A view must have each change once, got \"hflip+hflip\"",
        "signs,rotate:5|Views must be distinct, got [identity, zoom:0.9,"
      })
  void should_refuse_a_wrong_notation(String notation, String message) {
    assertThatThrownBy(() -> Views.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_refuse_no_and_too_many_views() {
    List<View> many = IntStream.range(0, 65).mapToObj(i -> SAME.rotate(i)).toList();

    assertThat(new Views(many.subList(0, 64)).size()).isEqualTo(64);
    assertThatThrownBy(() -> new Views(many))
        .hasMessage("There must be from 1 to 64 views, got 65");
    assertThatThrownBy(() -> new Views(List.of()))
        .hasMessage("There must be from 1 to 64 views, got 0");
  }
}
