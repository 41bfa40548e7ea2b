package dev.finetune.image;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * The conversion of pixel values to network inputs. It must be the conversion that the network was
 * trained with. Names and constants are those of Keras' {@code imagenet_utils.preprocess_input},
 * except {@link #UNIT} and {@link #NONE}.
 */
public enum Preprocessing {
  /** Blue, green, red order; minus the ImageNet means 103.939, 116.779, 123.68; not scaled. */
  CAFFE(true, 1.0, perChannel(103.939, 116.779, 123.68), perChannel(1, 1, 1)),
  /** Red, green, blue order; x / 127.5 - 1. */
  TF(false, 127.5, perChannel(1, 1, 1), perChannel(1, 1, 1)),
  /** Red, green, blue order; x / 255, minus (.485, .456, .406), divided by (.229, .224, .225). */
  TORCH(false, 255.0, perChannel(0.485, 0.456, 0.406), perChannel(0.229, 0.224, 0.225)),
  /** Red, green, blue order; x / 255. */
  UNIT(false, 255.0, perChannel(0, 0, 0), perChannel(1, 1, 1)),
  /** Red, green, blue order; values from 0 to 255 as decoded. */
  NONE(false, 1.0, perChannel(0, 0, 0), perChannel(1, 1, 1));

  private final boolean bgr;
  private final double divisor;
  private final ImmutableDoubleArray mean;
  private final ImmutableDoubleArray deviation;

  Preprocessing(
      boolean bgr, double divisor, ImmutableDoubleArray mean, ImmutableDoubleArray deviation) {
    this.bgr = bgr;
    this.divisor = divisor;
    this.mean = mean;
    this.deviation = deviation;
  }

  /**
   * {@return the network input, in planes (CHW)}
   *
   * @param image an image that already has the network's input size; not changed
   */
  public float[] apply(Pixels image) {
    float[] in = image.planes();
    float[] out = new float[in.length];
    int area = image.height() * image.width();
    for (int channel = 0; channel < 3; channel++) {
      int from = (bgr ? 2 - channel : channel) * area;
      int to = channel * area;
      // In float32, as in Keras and torchvision, which the JIT can vectorise.
      float scale = (float) (1 / (divisor * deviation.get(channel)));
      float shift = (float) (mean.get(channel) / deviation.get(channel));
      for (int i = 0; i < area; i++) {
        out[to + i] = in[from + i] * scale - shift;
      }
    }
    return out;
  }

  private static ImmutableDoubleArray perChannel(double first, double second, double third) {
    return ImmutableDoubleArray.of(first, second, third);
  }
}
