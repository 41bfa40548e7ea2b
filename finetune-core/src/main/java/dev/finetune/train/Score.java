package dev.finetune.train;

/** The measure of success in the history of a training. Higher is better, and 1 is perfect. */
public enum Score {
  /** The share of images classified correctly, from 0 to 1. */
  ACCURACY("Accuracy", "accuracy", "Accuracy", "accuracy", 0),
  /**
   * For tags: the mean average precision on the validation images, from 0 to 1. In training steps,
   * where it would need all outputs at once, the share of tags that are right at a probability of
   * 0.5.
   */
  MEAN_AVERAGE_PRECISION(
      "Accuracy", "accuracy of tags", "MeanAveragePrecision", "mean average precision", 0),
  /**
   * For values: the coefficient of determination R², the mean over all values. It is 0 for a
   * network that returns the mean, and negative for a worse one.
   */
  R2("R2", "R²", "R2", "R²", -Double.MAX_VALUE);

  private final String inTraining;
  private final String trainLabel;
  private final String inValidation;
  private final String label;
  private final double lowest;

  Score(String inTraining, String trainLabel, String inValidation, String label, double lowest) {
    this.inTraining = inTraining;
    this.trainLabel = trainLabel;
    this.inValidation = inValidation;
    this.label = label;
    this.lowest = lowest;
  }

  /** {@return the name of the score in training for people} */
  public String trainLabel() {
    return trainLabel;
  }

  /** {@return the name for people} */
  public String label() {
    return label;
  }

  /** {@return the lowest possible value} */
  public double lowest() {
    return lowest;
  }

  /**
   * {@return the name of {@link EpochResult#trainScore} in files, such as {@code trainAccuracy}}
   */
  public String trainName() {
    return "train" + inTraining;
  }

  /**
   * {@return the name of {@link EpochResult#validScore} in files, such as {@code validAccuracy}}
   */
  public String validName() {
    return "valid" + inValidation;
  }
}
