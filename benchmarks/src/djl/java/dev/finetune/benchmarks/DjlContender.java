package dev.finetune.benchmarks;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;

/**
 * DJL with PyTorch, as its users would train: blocks, frozen parameters, DJL's trainer. The data of a
 * step belongs to a manager that is closed with the step, as in DJL's own loop; otherwise
 * intermediate arrays pile up until garbage is collected.
 */
final class DjlContender implements TrainingContender {

  private static final int[][] VGG16 = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
  private static final int[][] FIRES = {
    {16, 64}, {16, 64}, {32, 128}, {32, 128}, {48, 192}, {48, 192}, {64, 256}, {64, 256}
  };

  private final Model model;
  private final Trainer trainer;
  private final NDArray images;
  private final NDArray labels;

  DjlContender(Task task, int batch) {
    List<Block> layers = task.backbone().equals("vgg16") ? vgg16() : squeezeNet();
    SequentialBlock network = new SequentialBlock();
    layers.forEach(network::add);
    network
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(128).build())
        .add(Activation::relu)
        .add(Dropout.builder().optRate(0.6f).build())
        .add(Linear.builder().setUnits(Task.CLASSES).build());
    // VGG16's blocks are counted as Keras counts layers; SqueezeNet is trained as a whole.
    layers.subList(0, task.frozenLayers()).forEach(b -> b.freezeParameters(true));
    model = Model.newInstance("benchmark");
    model.setBlock(network);
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                    Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-4f)).build()));
    Shape shape = new Shape(batch, 3, Task.SIDE, Task.SIDE);
    trainer.initialize(shape);
    NDManager manager = trainer.getManager();
    images = manager.create(RandomData.images(batch), shape);
    long[] classes = new long[batch];
    for (int i = 0; i < batch; i++) {
      classes[i] = RandomData.labels(batch)[i];
    }
    labels = manager.create(classes);
  }

  /** Returns the layers, with the input first so that blocks are counted as Keras' layers. */
  private static List<Block> vgg16() {
    List<Block> layers = new ArrayList<>(List.of(Blocks.identityBlock()));
    for (int[] block : VGG16) {
      for (int i = 0; i < block[1]; i++) {
        layers.add(conv(block[0], 3, 1, 1));
      }
      layers.add(maxPool(2));
    }
    return layers;
  }

  private static List<Block> squeezeNet() {
    List<Block> layers = new ArrayList<>(List.of(conv(64, 3, 2, 0), maxPool(3)));
    for (int i = 0; i < FIRES.length; i++) {
      layers.add(fire(FIRES[i][0], FIRES[i][1]));
      if (i == 1 || i == 3) {
        layers.add(maxPool(3));
      }
    }
    return layers;
  }

  private static Block fire(int squeeze, int expand) {
    return new SequentialBlock()
        .add(conv(squeeze, 1, 1, 0))
        .add(
            new ParallelBlock(
                lists ->
                    new NDList(
                        NDArrays.concat(
                            new NDList(
                                lists.get(0).singletonOrThrow(), lists.get(1).singletonOrThrow()),
                            1)),
                List.of(conv(expand, 1, 1, 0), conv(expand, 3, 1, 1))));
  }

  private static Block conv(int filters, int kernel, int stride, int padding) {
    return new SequentialBlock()
        .add(
            Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(padding, padding))
                .build())
        .add(Activation::relu);
  }

  private static Block maxPool(int window) {
    return new LambdaBlock(
        list ->
            new NDList(
                Pool.maxPool2d(
                    list.singletonOrThrow(),
                    new Shape(window, window),
                    new Shape(2, 2),
                    new Shape(0, 0),
                    false)));
  }

  @Override
  public void step() {
    try (NDManager manager = trainer.getManager().newSubManager()) {
      NDArray data = images.duplicate();
      data.attach(manager);
      NDArray classes = labels.duplicate();
      classes.attach(manager);
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList predictions = trainer.forward(new NDList(data));
        NDArray loss = trainer.getLoss().evaluate(new NDList(classes), predictions);
        collector.backward(loss);
        loss.getFloat();
      }
      trainer.step();
    }
  }

  @Override
  public String describe() {
    Engine engine = Engine.getInstance();
    return "DJL, " + engine.getEngineName() + " " + engine.getVersion();
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
