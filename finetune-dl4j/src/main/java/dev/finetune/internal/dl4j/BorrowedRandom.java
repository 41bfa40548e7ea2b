package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's generator of this thread. Deeplearning4j seeds it whenever a network is set up, and draws
 * from it in dropout. After either it is put back to where it was, so that the application's own
 * draws go on as if nothing had been drawn.
 */
final class BorrowedRandom {

  /** For the seed 0, for which ND4J takes the time of day. */
  private static final long NOT_ZERO = 0x9e3779b97f4a7c15L;

  /** Work that may fail in its own way. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  private BorrowedRandom() {}

  /** What the work gives, which draws from that seed on. */
  static <T, E extends Exception> T seeded(long seed, Work<T, E> work) throws E {
    return during(
        () -> {
          Nd4j.getRandom().setSeed(seed == 0 ? NOT_ZERO : seed);
          return work.run();
        });
  }

  /** What the work gives, which may seed the generator and draw from it. */
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

  /** A network that is set up. */
  static ComputationGraph network(ComputationGraphConfiguration configuration) {
    return during(
        () -> {
          ComputationGraph graph = new ComputationGraph(configuration);
          graph.init();
          return graph;
        });
  }
}
