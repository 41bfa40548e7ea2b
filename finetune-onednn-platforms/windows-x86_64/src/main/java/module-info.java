/** The native libraries of the CPU engine for Windows on x86-64. */
module dev.finetune.onednn.windows.x86_64 {
  requires dev.finetune.natives;
  // Nothing else requires these modules; without them their libraries are not on the module path.
  requires org.bytedeco.dnnl.windows.x86_64;
  requires org.bytedeco.javacpp.windows.x86_64;
  requires org.bytedeco.opencl.windows.x86_64;
  requires static org.jspecify;

  provides dev.finetune.internal.natives.NativePlatform with
      dev.finetune.internal.onednn.windows.x86_64.Natives;
}
