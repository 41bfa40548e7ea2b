/** The CPU engine. Applications do not refer to it: it is found as a service. */
module dev.finetune.onednn {
  requires dev.finetune.core;
  requires dev.finetune.natives;
  requires org.bytedeco.dnnl;
  requires org.bytedeco.javacpp;

  provides dev.finetune.engine.Engine with
      dev.finetune.internal.onednn.OneDnnEngine;

  uses dev.finetune.internal.natives.NativePlatform;
}
