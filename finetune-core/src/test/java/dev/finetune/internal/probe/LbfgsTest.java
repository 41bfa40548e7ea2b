package dev.finetune.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LbfgsTest {

  private static final Lbfgs EXACT = new Lbfgs(1e-8, 1000);

  /** The sum of c (x - 1)^2 / 2. */
  private static Lbfgs.Objective quadratic(double[] curvature) {
    return (x, gradient) -> {
      double value = 0;
      for (int i = 0; i < x.length; i++) {
        gradient[i] = curvature[i] * (x[i] - 1);
        value += gradient[i] * (x[i] - 1) / 2;
      }
      return value;
    };
  }

  private static double[] curvature(int size, double condition) {
    double[] curvature = new double[size];
    Arrays.setAll(curvature, i -> Math.pow(condition, i / (size - 1.0)));
    return curvature;
  }

  private static double rosenbrock(double[] x, double[] gradient) {
    double value = 0;
    Arrays.fill(gradient, 0);
    for (int i = 0; i + 1 < x.length; i++) {
      double a = x[i + 1] - x[i] * x[i];
      value += 100 * a * a + (1 - x[i]) * (1 - x[i]);
      gradient[i] += -400 * a * x[i] - 2 * (1 - x[i]);
      gradient[i + 1] += 200 * a;
    }
    return value;
  }

  @Test
  void should_find_the_minimum_of_the_rosenbrock_function() {
    for (int size : new int[] {2, 10, 100}) {
      double[] start = new double[size];
      Arrays.setAll(start, i -> i % 2 == 0 ? -1.2 : 1);

      Lbfgs.Result result = EXACT.minimize(LbfgsTest::rosenbrock, start);

      // From this start there is a second, local minimum with x[0] close to -1.
      assertThat(result.converged()).isTrue();
      double[] gradient = new double[size];
      rosenbrock(result.point(), gradient);
      assertThat(gradient).containsOnly(new double[] {0}, Offset.offset(1e-6));
      if (size == 2) {
        assertThat(result.point()).containsExactly(new double[] {1, 1}, Offset.offset(1e-6));
        assertThat(result.evaluations()).isLessThan(80);
      }
    }
  }

  @Test
  void should_minimise_badly_conditioned_quadratics() {
    for (double condition : new double[] {1, 1e2, 1e3}) {
      double[] curvature = curvature(30, condition);

      Lbfgs.Result result = EXACT.minimize(quadratic(curvature), new double[30]);

      // SciPy's L-BFGS-B needs 300 iterations for the last one; here they are 306.
      assertThat(result.converged()).isTrue();
      assertThat(result.iterations()).isLessThan(400);
      assertThat(result.value()).isLessThan(1e-10);
      assertThat(result.point()).containsOnly(new double[] {1}, Offset.offset(1e-4));
    }
  }

  @Test
  void should_need_few_steps_if_the_curvature_is_known() {
    double[] curvature = curvature(30, 1e8);

    Lbfgs.Result result = EXACT.minimize(quadratic(curvature), new double[30], curvature);

    assertThat(result.iterations()).isLessThanOrEqualTo(3);
    assertThat(result.point()).containsOnly(new double[] {1}, Offset.offset(1e-8));
  }

  @Test
  void should_leave_a_region_where_the_function_is_not_finite() {
    // x - log x is infinite for x <= 0; the first step from 1000 would leave its domain.
    Lbfgs.Objective objective =
        (x, gradient) -> {
          gradient[0] = 1 - 1 / x[0];
          return x[0] > 0 ? x[0] - Math.log(x[0]) : Double.POSITIVE_INFINITY;
        };

    for (double start : new double[] {1e-3, 0.5, 1000}) {
      assertThat(EXACT.minimize(objective, new double[] {start}).point()[0])
          .isCloseTo(1, Offset.offset(1e-6));
    }
  }

  @Test
  void should_stop_at_the_start_of_a_minimum_and_after_the_iterations() {
    double[] ones = new double[5];
    Arrays.fill(ones, 1);

    Lbfgs.Result atMinimum = EXACT.minimize(quadratic(curvature(5, 10)), ones);
    Lbfgs.Result cut =
        new Lbfgs(1e-8, 3).minimize(LbfgsTest::rosenbrock, new double[] {-1.2, 1, 0, 0});

    assertThat(atMinimum.iterations()).isZero();
    assertThat(atMinimum.evaluations()).isEqualTo(1);
    assertThat(atMinimum.converged()).isTrue();
    assertThat(cut.iterations()).isEqualTo(3);
    assertThat(cut.converged()).isFalse();
    assertThat(cut.value()).isLessThan(rosenbrock(new double[] {-1.2, 1, 0, 0}, new double[4]));
  }

  @Test
  void should_reach_the_limits_of_rounding_with_a_tolerance_of_zero() {
    SplittableRandom random = new SplittableRandom(1);
    double[] start = random.doubles(20, -5, 5).toArray();

    Lbfgs.Result result = new Lbfgs(0, 1000).minimize(quadratic(curvature(20, 100)), start);

    assertThat(result.value()).isLessThan(1e-15);
    assertThat(result.iterations()).isLessThan(1000);
  }

  @Test
  void should_refuse_bad_settings_and_starts() {
    assertThatThrownBy(() -> new Lbfgs(-1, 1)).hasMessage("tolerance must be >= 0, got -1.0");
    assertThatThrownBy(() -> new Lbfgs(0, 0)).hasMessage("maxIterations must be >= 1, got 0");
    assertThatThrownBy(() -> EXACT.minimize((x, g) -> Double.NaN, new double[1]))
        .hasMessage("The function must be finite at the start, got the value NaN");
  }
}
