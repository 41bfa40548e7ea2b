package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Access to ND4J's random generator of the current thread. Deeplearning4j seeds the generator when
 * a network is initialised and draws from it in dropout. The methods here restore its state
 * afterwards, so that the random numbers of the application do not change.
 */
final class BorrowedRandom {

  /** The seed used for 0, which ND4J replaces by the time. */
  private static final long NOT_ZERO = 0x9e3779b97f4a7c15L;

  /** Work that may throw a checked exception. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  private BorrowedRandom() {}

  /** Runs work that draws random numbers from that seed, and returns its result. */
  static <T, E extends Exception> T seeded(long seed, Work<T, E> work) throws E {
    return during(
        () -> {
          Nd4j.getRandom().setSeed(seed == 0 ? NOT_ZERO : seed);
          return work.run();
        });
  }

  /** Runs work that may seed the generator and draw from it, and returns its result. */
  static <T, E extends Exception> T during(Work<T, E> work) throws E {
    Random random = Nd4j.getRandom();
    long seed = random.getSeed();
    long root = random.rootState();
    long node = random.nodeState();
    try {
      return work.run();
    } finally {
      random.setSeed(seed);
      random.setStates(root, node);
    }
  }

  /** Creates and initialises a network. */
  static ComputationGraph network(ComputationGraphConfiguration configuration) {
    return during(
        () -> {
          ComputationGraph graph = new ComputationGraph(configuration);
          graph.init();
          return graph;
        });
  }
}
