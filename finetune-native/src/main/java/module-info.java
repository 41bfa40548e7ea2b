/** What engines with native code share: memory outside the heap, and OpenMP's threads. Not API. */
module dev.finetune.natives {
  requires com.sun.jna;
  requires java.management;
  requires jdk.management;
  requires org.bytedeco.javacpp;
  requires org.jspecify;
  requires org.slf4j;

  exports dev.finetune.internal.natives to
      dev.finetune.dl4j,
      dev.finetune.onednn,
      dev.finetune.onednn.linux.arm64,
      dev.finetune.onednn.linux.x86_64,
      dev.finetune.onednn.macosx.x86_64,
      dev.finetune.onednn.windows.x86_64;

  // Its native methods are bound by reflection.
  opens dev.finetune.internal.natives to
      com.sun.jna;
}
