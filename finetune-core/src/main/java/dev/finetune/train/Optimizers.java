package dev.finetune.train;

import com.google.common.collect.ImmutableSet;

/**
 * The notation of optimizers on the command line: a name, a learning rate, and settings that differ
 * from their defaults, such as {@code adamw:1e-3,decay=0.05}.
 */
public final class Optimizers {

  private static final Adam ADAM = Adam.adam(1);
  private static final AdamW ADAM_W = AdamW.adamW(1);
  private static final Sgd SGD = Sgd.sgd(1);
  private static final Lion LION = Lion.lion(1);
  private static final Lamb LAMB = Lamb.lamb(1);

  private static final String KNOWN = "adam, adamw, sgd, lion or lamb";

  private Optimizers() {}

  /**
   * {@return the optimizer of a notation} The optimizers and their settings are
   *
   * <ul>
   *   <li>{@code adam:RATE} with {@code beta1}, {@code beta2} and {@code epsilon}
   *   <li>{@code adamw:RATE} with {@code decay}, {@code beta1}, {@code beta2} and {@code epsilon}
   *   <li>{@code sgd:RATE} with {@code momentum}, the flag {@code nesterov}, and {@code decay}
   *   <li>{@code lion:RATE} with {@code decay}, {@code beta1} and {@code beta2}
   *   <li>{@code lamb:RATE} with {@code decay}, {@code beta1}, {@code beta2} and {@code epsilon}
   * </ul>
   *
   * <p>A setting that is not given has the default of the static factory, such as {@link
   * AdamW#adamW}.
   *
   * @param notation the notation, such as {@code sgd:0.01,momentum=0.9,nesterov}
   * @throws IllegalArgumentException if the optimizer or a setting is unknown, or a value is
   *     outside its range
   */
  public static Optimizer parse(String notation) {
    Notation read = new Notation(notation);
    return switch (read.name()) {
      case "adam" -> adam(read);
      case "adamw" -> adamW(read);
      case "sgd" -> sgd(read);
      case "lion" -> lion(read);
      case "lamb" -> lamb(read);
      default -> throw read.refusal("An optimizer must be " + KNOWN, "\"" + read.name() + "\"");
    };
  }

  /**
   * {@return the notation of an optimizer, which {@link #parse} reads}
   *
   * @param optimizer an optimizer of this package
   * @throws IllegalArgumentException if it is another one
   */
  public static String notation(Optimizer optimizer) {
    if (optimizer instanceof Adam o) {
      return head(o)
          + betas(o.beta1(), o.beta2(), ADAM.beta1(), ADAM.beta2())
          + Notation.setting("epsilon", o.epsilon(), ADAM.epsilon());
    } else if (optimizer instanceof AdamW o) {
      return head(o)
          + Notation.setting("decay", o.decay(), ADAM_W.decay())
          + betas(o.beta1(), o.beta2(), ADAM_W.beta1(), ADAM_W.beta2())
          + Notation.setting("epsilon", o.epsilon(), ADAM_W.epsilon());
    } else if (optimizer instanceof Sgd o) {
      return head(o)
          + Notation.setting("momentum", o.momentum(), SGD.momentum())
          + (o.nesterov() ? ",nesterov" : "")
          + Notation.setting("decay", o.decay(), SGD.decay());
    } else if (optimizer instanceof Lion o) {
      return head(o)
          + Notation.setting("decay", o.decay(), LION.decay())
          + betas(o.beta1(), o.beta2(), LION.beta1(), LION.beta2());
    } else if (optimizer instanceof Lamb o) {
      return head(o)
          + Notation.setting("decay", o.decay(), LAMB.decay())
          + betas(o.beta1(), o.beta2(), LAMB.beta1(), LAMB.beta2())
          + Notation.setting("epsilon", o.epsilon(), LAMB.epsilon());
    }
    throw new IllegalArgumentException(
        "An optimizer with a notation must be " + KNOWN + ", got " + optimizer.name());
  }

  private static String head(Optimizer optimizer) {
    return optimizer.name() + ":" + optimizer.learningRate();
  }

  private static String betas(double beta1, double beta2, double otherwise1, double otherwise2) {
    return Notation.setting("beta1", beta1, otherwise1)
        + Notation.setting("beta2", beta2, otherwise2);
  }

  private static double rate(Notation read) {
    return read.parse(
        "The learning rate",
        read.argument()
            .orElseThrow(
                () ->
                    read.refusal(
                        "An optimizer must have a learning rate, such as " + read.name() + ":1e-3",
                        "\"" + read.name() + "\"")));
  }

  private static Optimizer adam(Notation read) {
    read.requireOnly(ImmutableSet.of("beta1", "beta2", "epsilon"));
    return new Adam(
        rate(read),
        read.number("beta1", ADAM.beta1()),
        read.number("beta2", ADAM.beta2()),
        read.number("epsilon", ADAM.epsilon()));
  }

  private static Optimizer adamW(Notation read) {
    read.requireOnly(ImmutableSet.of("decay", "beta1", "beta2", "epsilon"));
    return new AdamW(
        rate(read),
        read.number("beta1", ADAM_W.beta1()),
        read.number("beta2", ADAM_W.beta2()),
        read.number("epsilon", ADAM_W.epsilon()),
        read.number("decay", ADAM_W.decay()));
  }

  private static Optimizer sgd(Notation read) {
    read.requireOnly(ImmutableSet.of("momentum", "nesterov", "decay"));
    return new Sgd(
        rate(read),
        read.number("momentum", SGD.momentum()),
        read.flag("nesterov"),
        read.number("decay", SGD.decay()));
  }

  private static Optimizer lion(Notation read) {
    read.requireOnly(ImmutableSet.of("decay", "beta1", "beta2"));
    return new Lion(
        rate(read),
        read.number("beta1", LION.beta1()),
        read.number("beta2", LION.beta2()),
        read.number("decay", LION.decay()));
  }

  private static Optimizer lamb(Notation read) {
    read.requireOnly(ImmutableSet.of("decay", "beta1", "beta2", "epsilon"));
    return new Lamb(
        rate(read),
        read.number("beta1", LAMB.beta1()),
        read.number("beta2", LAMB.beta2()),
        read.number("epsilon", LAMB.epsilon()),
        read.number("decay", LAMB.decay()));
  }
}
