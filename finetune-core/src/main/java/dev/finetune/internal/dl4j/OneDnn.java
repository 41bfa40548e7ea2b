package dev.finetune.internal.dl4j;

import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts ND4J's oneDNN convolutions under Deeplearning4j's layers.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 has the helper but never makes one: the property that disables
 * helpers is true by default, and its probe for oneDNN looks for a class that has moved. So the
 * field is set here, after the graph is built. A saved model knows nothing of it.
 *
 * <p>Of nd4j-native's builds only those whose classifier has {@code -onednn} contain oneDNN. In the
 * others the same operation is a plain loop, some ten times slower, and the helper is left out.
 */
final class OneDnn {

  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();
  private static final Field HELPER = helperField();

  private OneDnn() {}

  /** Whether the backend runs convolutions on oneDNN. */
  static boolean available() {
    return Backend.isCpu() && Nd4j.getEnvironment().helpersAllowed() && builtIn();
  }

  /** The natives that come with nd4j-native by default are built without it. */
  static boolean builtIn() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps().buildInfo().contains("HAVE_ONEDNN");
  }

  /** Gives every convolution of the graph the helper, if the backend has it. */
  static void install(ComputationGraph graph) {
    if (!available()) {
      warnOnce();
      return;
    }
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      if (layer instanceof ConvolutionLayer) {
        try {
          HELPER.set(layer, new MKLDNNConvHelper(DataType.FLOAT));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("ConvolutionLayer.helper cannot be set", e);
        }
      }
    }
  }

  private static void warnOnce() {
    if (Backend.isCpu() && !WARNED.getAndSet(true)) {
      LOG.warn(
          "ND4J's natives on the class path are built without oneDNN, so convolutions are slow. Use"
              + " the classifier with -onednn: org.nd4j:nd4j-native:1.0.0-M2.1:linux-x86_64-onednn");
    }
  }

  private static Field helperField() {
    try {
      Field field = ConvolutionLayer.class.getDeclaredField("helper");
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(
          "This Deeplearning4j has no ConvolutionLayer.helper; finetune is made for 1.0.0-M2.1", e);
    }
  }
}
