package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

class ParameterGroupsProperties {

  @Property(seed = "42")
  void lets_each_stage_learn_more_slowly_than_the_next(
      @ForAll @DoubleRange(min = 0.1, max = 1) double factor,
      @ForAll @IntRange(max = 8) int stages,
      @ForAll ParameterRole role) {
    ParameterGroups groups = ParameterGroups.stages(factor);

    assertThat(groups.of(place(role, stages, stages))).isEqualTo(ParameterGroup.WHOLE);
    for (int stage = 0; stage < stages; stage++) {
      ParameterGroup own = groups.of(place(role, stage, stages));
      ParameterGroup next = groups.of(place(role, stage + 1, stages));
      assertThat(own.rate()).isCloseTo(factor * next.rate(), Offset.offset(1e-12));
      assertThat(own.decay()).isEqualTo(1);
    }
  }

  @Property(seed = "42")
  void decays_kernels_only(@ForAll ParameterRole role, @ForAll @IntRange(max = 3) int stage) {
    ParameterGroup group = ParameterGroups.noDecayForBiasesAndNorms().of(place(role, stage, 3));

    boolean kernel = role == ParameterRole.KERNEL || role == ParameterRole.DEPTHWISE_KERNEL;
    assertThat(group).isEqualTo(new ParameterGroup(1, kernel ? 1 : 0));
  }

  @Property(seed = "42")
  void multiplies_the_factors_of_both(
      @ForAll ParameterRole role,
      @ForAll @IntRange(max = 3) int stage,
      @ForAll @DoubleRange(min = 0.1, max = 1) double factor) {
    ParameterPlace place = place(role, stage, 3);
    ParameterGroups stages = ParameterGroups.stages(factor);
    ParameterGroups decay = ParameterGroups.noDecayForBiasesAndNorms();

    ParameterGroup both = stages.and(decay).of(place);

    assertThat(both)
        .isEqualTo(new ParameterGroup(stages.of(place).rate(), decay.of(place).decay()))
        .isEqualTo(decay.and(stages).of(place));
    assertThat(stages.and(stages).of(place).rate())
        .isCloseTo(Math.pow(stages.of(place).rate(), 2), Offset.offset(1e-12));
    assertThat(stages.and(ParameterGroups.same()).of(place)).isEqualTo(stages.of(place));
  }

  @Example
  void has_names_and_settings_for_provenance() {
    ParameterGroups both =
        ParameterGroups.noDecayForBiasesAndNorms().and(ParameterGroups.stages(0.5));

    assertThat(both.name()).isEqualTo("no-decay-for-biases-and-norms+stages");
    assertThat(both.settings()).isEqualTo(Map.of("stages.factor", 0.5));
    assertThat(ParameterGroups.stages(0.5).and(ParameterGroups.stages(0.1)).settings())
        .isEqualTo(Map.of("stages.factor", 0.5, "stages#2.factor", 0.1));
  }

  @Example
  void refuses_factors_outside_the_range() {
    for (double factor : new double[] {0, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> ParameterGroups.stages(factor))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("factor must be in (0, 1], got " + factor);
    }
  }

  private static ParameterPlace place(ParameterRole role, int stage, int stages) {
    return new ParameterPlace("layer", new ParameterSpec(role, List.of(3)), stage, stages);
  }
}
