package dev.finetune.testing;

import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;

/**
 * Random convolutions that fit into their image, with and without groups. The numbers of channels
 * are small, or multiples of 16, for which engines have special algorithms.
 */
final class ConvolutionKinds implements ArbitrarySupplier<KindCases.Kind> {

  private record Window(int height, int width, int stride, int dilation) {}

  private record Channels(int in, int out, int groups) {}

  @Override
  public Arbitrary<KindCases.Kind> get() {
    return Combinators.combine(
            channels(),
            windows(),
            Arbitraries.of(Padding.values()),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(1, 9),
            Arbitraries.integers().between(1, 9))
        .as(ConvolutionKinds::kind);
  }

  private static Arbitrary<Channels> channels() {
    Arbitrary<Channels> plain =
        Combinators.combine(Arbitraries.of(1, 2, 3, 16, 32), Arbitraries.of(1, 2, 5, 16, 32))
            .as((in, out) -> new Channels(in, out, 1));
    Arbitrary<Channels> grouped =
        Combinators.combine(
                Arbitraries.of(1, 2, 3, 16), Arbitraries.of(1, 2, 3), Arbitraries.of(1, 2))
            .as((groups, in, out) -> new Channels(groups * in, groups * out, groups));
    return Arbitraries.oneOf(plain, grouped);
  }

  private static Arbitrary<Window> windows() {
    Arbitrary<Integer> side = Arbitraries.integers().between(1, 4);
    Arbitrary<Window> any =
        Combinators.combine(
                side,
                side,
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, 2))
            .as(Window::new);
    // The window of Winograd's algorithm.
    return Arbitraries.oneOf(any, Arbitraries.just(new Window(3, 3, 1, 1)));
  }

  private static KindCases.Kind kind(
      Channels channels, Window window, Padding padding, boolean bias, int height, int width) {
    int high = (window.height() - 1) * window.dilation() + 1;
    int wide = (window.width() - 1) * window.dilation() + 1;
    return KindCases.Kind.of(
        new Conv2d(
            channels.out(),
            window.height(),
            window.width(),
            window.stride(),
            padding,
            window.dilation(),
            channels.groups(),
            bias,
            Activation.TANH),
        Shape.image(channels.in(), Math.max(height, high), Math.max(width, wide)));
  }
}
