package org.example.extending;

import dev.finetune.evaluate.Metric;
import dev.finetune.loss.Targets;

/** A metric: the share of images whose class is one of the two most probable. */
record TopTwo() implements Metric {

  @Override
  public String name() {
    return "top2";
  }

  @Override
  public Tally tally() {
    return new Tally() {
      private int images;
      private int among;

      @Override
      public void add(float[][] outputs, Targets targets) {
        for (int i = 0; i < outputs.length; i++) {
          float own = outputs[i][targets.label(i)];
          int better = 0;
          for (float other : outputs[i]) {
            better += other > own ? 1 : 0;
          }
          images++;
          among += better < 2 ? 1 : 0;
        }
      }

      @Override
      public double result() {
        return (double) among / images;
      }
    };
  }
}
