/** The native libraries of the CPU engine for macOS on x86-64. */
module dev.finetune.onednn.macosx.x86_64 {
  requires dev.finetune.natives;
  // Nothing else requires these modules; without them their libraries are not on the module path.
  requires org.bytedeco.dnnl.macosx.x86_64;
  requires org.bytedeco.javacpp.macosx.x86_64;
  requires org.bytedeco.opencl.macosx.x86_64;
  requires static org.jspecify;

  provides dev.finetune.internal.natives.NativePlatform with
      dev.finetune.internal.onednn.macosx.x86_64.Natives;
}
