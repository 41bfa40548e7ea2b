package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class OptimizersTest {

  @Property(seed = "42")
  void have_a_notation(@ForAll("optimizers") Optimizer optimizer) {
    assertThat(Optimizers.parse(Optimizers.notation(optimizer))).isEqualTo(optimizer);
  }

  @Example
  void have_the_defaults_of_their_factories() {
    assertThat(
            List.of(
                Optimizers.parse("adam:0.1"),
                Optimizers.parse("adamw:0.1"),
                Optimizers.parse("sgd:0.1"),
                Optimizers.parse("lion:0.1"),
                Optimizers.parse("lamb:0.1")))
        .isEqualTo(
            List.of(
                Adam.adam(0.1), AdamW.adamW(0.1), Sgd.sgd(0.1), Lion.lion(0.1), Lamb.lamb(0.1)));
    assertThat(Optimizers.parse(" sgd : 1e-2 , momentum = 0.9 , nesterov "))
        .isEqualTo(Sgd.sgd(0.01).momentum(0.9).nesterov(true));
    assertThat(Optimizers.notation(AdamW.adamW(1e-3).decay(0.05)))
        .isEqualTo("adamw:0.001,decay=0.05");
  }

  @Example
  void have_settings_for_provenance() {
    assertThat(Sgd.sgd(0.1).momentum(0.9).nesterov(true).settings())
        .containsEntry("nesterov", 1.0)
        .containsEntry("momentum", 0.9);
    assertThat(Sgd.sgd(0.1).slots()).isEmpty();
    assertThat(Sgd.sgd(0.1).momentum(0.9).slots()).containsExactly("velocity");
  }

  @Example
  void refuse_what_they_do_not_know() {
    refuses(
        "adagrad:0.1",
        "An optimizer must be adam, adamw, sgd, lion or lamb, got \"adagrad\" in"
            + " \"adagrad:0.1\"");
    refuses("adam", "An optimizer must have a learning rate, such as adam:1e-3, got \"adam\"");
    refuses("adam:fast", "The learning rate must be a number, got \"fast\" in \"adam:fast\"");
    refuses("adam:0", "learningRate must be > 0 and finite in float32, got 0.0");
    refuses(
        "adam:0.1,decay=1",
        "The settings of adam must be among [beta1, beta2, epsilon], got \"decay\" in"
            + " \"adam:0.1,decay=1\"");
    refuses("adamw:0.1,decay=-1", "decay must be >= 0 and finite in float32, got -1.0");
    refuses("lion:0.1,beta1=1", "beta1 and beta2 must be in [0, 1), got 1.0 and 0.99");
    refuses("lamb:0.1,epsilon=0", "epsilon must be > 0 and finite in float32, got 0.0");
    refuses("sgd:0.1,momentum=1", "momentum must be in [0, 1), got 1.0");
    refuses("sgd:0.1,nesterov", "momentum must be > 0 with Nesterov's momentum, got 0.0");
    refuses(
        "sgd:0.1,nesterov=1", "nesterov must have no value, got \"1\" in \"sgd:0.1,nesterov=1\"");
  }

  private static void refuses(String notation, String message) {
    assertThatThrownBy(() -> Optimizers.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Provide
  Arbitrary<Optimizer> optimizers() {
    Arbitrary<Double> rate = Arbitraries.doubles().between(1e-6, 10).ofScale(9);
    Arbitrary<Double> beta = Arbitraries.doubles().between(0, 0.999).ofScale(3);
    Arbitrary<Double> epsilon = Arbitraries.of(1e-8, 1e-7, 1e-6, 0.1);
    Arbitrary<Double> decay = Arbitraries.doubles().between(0, 1);
    return Arbitraries.oneOf(
        Combinators.combine(rate, beta, beta, epsilon).as(Adam::new),
        Combinators.combine(rate, beta, beta, epsilon, decay).as(AdamW::new),
        Combinators.combine(rate, beta, Arbitraries.of(true, false), decay)
            .as((r, m, n, d) -> new Sgd(r, m, n && m > 0, d)),
        Combinators.combine(rate, beta, beta, decay).as(Lion::new),
        Combinators.combine(rate, beta, beta, epsilon, decay).as(Lamb::new));
  }
}
